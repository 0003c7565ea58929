package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.GatewayProcess;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Ran;
import io.tiltmeter.journeys.site.Site;
import io.tiltmeter.journeys.site.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway is asked to end (SIGTERM) while it works, and cannot be started twice. */
class StopTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int PIECE = 1 << 20;

  @TempDir static Path folder;
  private static Site site;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    site = Site.quick(Needs.distribution(), folder);
    jobs = new Jobs(site, site.reportingTenant("acme", "0s"));
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @Test
  void sigterm_whileModelsAnswer_leavesNothingBehindAndTheJobGoesOn() {
    GatewayProcess gateway = site.gateway();
    String id = jobs.order(Jobs.Recipe.BENIGN);
    jobs.await(id, List.of("evaluating"));
    Waiting.until(
        "a model runner",
        PATIENCE,
        () -> Optional.of(gateway.temporary()).filter(StopTest::holdsSomething));
    List<ProcessHandle> children = gateway.descendants();
    assertThat(children).isNotEmpty();

    gateway.terminate();

    assertThat(children).noneMatch(ProcessHandle::isAlive);
    assertThat(gateway.temporary()).isEmptyDirectory();
    gateway.restart();
    assertThat(jobs.awaitEnd(id).path("status").asString()).isEqualTo("succeeded");
  }

  private static boolean holdsSomething(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isPresent();
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void sigterm_duringAnUpload_registersNothing() throws Exception {
    GatewayProcess gateway = site.gateway();
    Caller tenant = site.tenant("uploader");
    try (PipedOutputStream rest = new PipedOutputStream();
        ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      HttpRequest endless = endless(tenant, new PipedInputStream(rest));
      Future<?> upload = background.submit(() -> Caller.send(endless));
      Path incoming = gateway.home().resolve("blobs/incoming");
      Waiting.until(
          "bytes of the upload",
          PATIENCE,
          () -> Optional.of(incoming).filter(StopTest::holdsSomething));

      gateway.terminate();

      assertThatThrownBy(upload::get).hasMessageContaining("/v1/files");
    }
    gateway.restart();
    assertThat(tenant.get("/v1/files").ok().path("data")).isEmpty();
    assertThat(gateway.home().resolve("blobs/incoming")).isEmptyDirectory();
  }

  /** An upload that begins, and goes on with what nobody writes. */
  private static HttpRequest endless(Caller tenant, InputStream rest) {
    byte[] head = Caller.formHead("endless.jsonl").getBytes(StandardCharsets.UTF_8);
    return tenant.uploading(
        BodyPublishers.concat(
            BodyPublishers.ofByteArrays(List.of(head, new byte[PIECE])),
            BodyPublishers.ofInputStream(() -> rest)));
  }

  @Test
  void serve_onAHomeInUse_saysSoInOneLine() {
    Ran second = serve(folder.resolve("home"), "0");

    assertThat(second.code()).isEqualTo(1);
    assertThat(second.err().lines().toList())
        .last()
        .asString()
        .contains(folder.resolve("home").toString())
        .contains("in use");
  }

  @Test
  void serve_onAPortInUse_saysSoAndLeavesNoServer() {
    Path home = folder.resolve("second");

    Ran second = serve(home, Integer.toString(site.gateway().url().getPort()));

    assertThat(second.code()).isEqualTo(1);
    assertThat(second.err()).contains("port " + site.gateway().url().getPort());
    assertThat(GatewayProcess.postmasters(home)).isEmpty();
  }

  private static Ran serve(Path home, String port) {
    return Ran.product(
        site.distribution(),
        "serve",
        "--home",
        home.toString(),
        "--port",
        port,
        "--config",
        folder.resolve("gateway.yaml").toString());
  }
}
