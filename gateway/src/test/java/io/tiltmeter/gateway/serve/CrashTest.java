package io.tiltmeter.gateway.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway whose embedded database is killed or stopped under it. */
@Timeout(180)
class CrashTest {
  private static final String GOOD =
      "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
          + "{\"role\":\"assistant\",\"content\":\"b\"}]}\n";

  @TempDir private static Path home;
  private static TestGateway server;
  private static String key;

  @BeforeAll
  static void start() throws Exception {
    server = TestGateway.start(home, null, Role.API, Role.SCAN);
    key = TestGateway.tenantKey(EmbeddedPostgres.running(home).orElseThrow());
  }

  @AfterAll
  static void stop() {
    server.close();
    assertThat(HomeServers.of(home)).isEmpty();
  }

  private static boolean isReady() {
    return status("/readyz") == 200;
  }

  private static int status(String path) {
    try {
      return server.manage(path).statusCode();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String upload() throws Exception {
    HttpResponse<String> response = server.upload(key, GOOD);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.own(response.body()).path("id").asString();
  }

  private static boolean isScanned(String file) {
    try {
      HttpResponse<String> response = server.get(key, "/v1/files/" + file);
      return response.statusCode() == 200
          && Json.own(response.body()).path("status").asString().equals("processed");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void kill_ofTheDatabase_losesNothingAndComesBackByItself() throws Exception {
    String before = upload();
    ProcessHandle postmaster = HomeServers.postmaster(home);

    postmaster.destroyForcibly();
    postmaster.onExit().join();

    Bench.await(CrashTest::isReady);
    assertThat(HomeServers.postmaster(home).pid()).isNotEqualTo(postmaster.pid());
    assertThat(status("/livez")).isEqualTo(200);
    Bench.await(() -> isScanned(before));
    String after = upload();
    Bench.await(() -> isScanned(after));
    assertThat(Json.own(server.get(key, "/v1/files").body()).path("data").valueStream())
        .extracting(file -> file.path("id").asString())
        .contains(before, after);
  }

  @Test
  void stop_ofTheDatabase_isSaidSoonAndOverWhenItGoesOn() throws Exception {
    Bench.await(CrashTest::isReady);
    List<ProcessHandle> processes = HomeServers.of(home);
    signal("-STOP", processes);
    try {
      long begun = System.nanoTime();
      HttpResponse<String> ready = server.manage("/readyz");
      assertThat(server.manage("/metrics").body()).contains("tiltmeter_jobs_in_stage");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).isEqualTo("bad database\nok workers\n");
      assertThat(status("/livez")).isEqualTo(200);
    } finally {
      signal("-CONT", processes);
    }
    Bench.await(CrashTest::isReady);
    assertThat(server.get(key, "/v1/files").statusCode()).isEqualTo(200);
  }

  private static void signal(String signal, List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle process : processes) {
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }
  }
}
