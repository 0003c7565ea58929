package io.tiltmeter.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.journeys.site.Caller;
import io.tiltmeter.journeys.site.GatewayProcess;
import io.tiltmeter.journeys.site.Jobs;
import io.tiltmeter.journeys.site.Ran;
import io.tiltmeter.journeys.site.Site;
import io.tiltmeter.journeys.site.Waiting;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
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

  @BeforeEach
  void startAgain() {
    if (!site.gateway().isAlive()) {
      site.gateway().restart();
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

    // What a sandbox contains is ended by the kernel, just after the sandbox itself.
    Waiting.until(
        "the end of " + children,
        PATIENCE,
        () -> Optional.of(children).filter(all -> all.stream().noneMatch(ProcessHandle::isAlive)));
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
    Path incoming = gateway.home().resolve("blobs/incoming");
    try (Socket upload = tenant.beginUpload("endless.jsonl", PIECE)) {
      Waiting.until(
          "bytes of the upload",
          PATIENCE,
          () -> Optional.of(incoming).filter(StopTest::holdsSomething));

      gateway.terminate();

      assertThat(answer(upload)).doesNotContain("200 OK");
    }
    gateway.restart();
    assertThat(tenant.get("/v1/files").ok().path("data")).isEmpty();
    assertThat(incoming).isEmptyDirectory();
  }

  /** What came back before the connection ended. */
  private static String answer(Socket connection) throws IOException {
    try {
      return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException _) {
      return "reset";
    }
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
