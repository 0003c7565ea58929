package io.tiltmeter.gateway.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.remote.Endpoint;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.postgres.HomeInUseException;
import io.tiltmeter.gateway.postgres.HomeLock;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import io.tiltmeter.gateway.webhook.Receiver;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class GatewayTest {
  @TempDir private Path home;

  private final PostgresAddress address = TestPostgres.freshDatabase();

  private static String id(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.own(response.body()).path("id").asString();
  }

  @Test
  void close_withAnOpenStream_endsItAndDoesNotWaitForIt() throws Exception {
    TestGateway server = TestGateway.start(home, address, Role.API);
    try (server) {
      String key = TestGateway.tenantKey(address);
      String job = job(server, key);
      HttpResponse<Stream<String>> stream = open(server, key, job);
      assertThat(stream.statusCode()).isEqualTo(200);
      // Read meanwhile: what the client has not taken yet is lost with its connection.
      CompletableFuture<Long> lines = CompletableFuture.supplyAsync(() -> stream.body().count());

      long begun = System.nanoTime();
      server.gateway.close();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);

      assertThat(lines.get(20, TimeUnit.SECONDS)).isPositive();
      assertThat(took).isLessThan(Duration.ofSeconds(4));
    }
  }

  private String job(TestGateway server, String key) throws Exception {
    SampleBase.register(address);
    String file = id(server.upload(key, "{}\n"));
    return id(
        server.post(
            key,
            "/v1/fine_tuning/jobs",
            "{\"model\": \"%s\", \"training_file\": \"%s\"}".formatted(SampleBase.NAME, file)));
  }

  @Test
  void webhook_ofACancelledJob_arrivesSigned() throws Exception {
    try (TestGateway server = TestGateway.start(home, address, Role.API);
        Receiver receiver = Receiver.start()) {
      String key = TestGateway.tenantKey(address);
      HttpResponse<String> made =
          server.post(
              key,
              "/v1/webhook_endpoints",
              "{\"name\":\"mine\",\"url\":\"%s\",\"event_types\":[\"fine_tuning.job.cancelled\"]}"
                  .formatted(receiver.url()));
      String secret = Json.own(made.body()).path("signing_secret").asString();
      String job = job(server, key);
      server.post(key, "/v1/fine_tuning/jobs/%s/cancel".formatted(job), "");
      Bench.await(() -> !receiver.received().isEmpty());

      assertThat(
              receiver.received().getFirst().unwrap(secret).asFineTuningJobCancelled().data().id())
          .isEqualTo(job);
      Bench.await(() -> delivered(server));
    }
  }

  private static boolean delivered(TestGateway server) {
    try {
      return server
          .manage("/metrics")
          .body()
          .contains("tiltmeter_webhook_attempts_total{outcome=\"delivered\"} 1.0");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("no metrics", e);
    }
  }

  private static HttpResponse<Stream<String>> open(TestGateway server, String key, String job)
      throws Exception {
    URI url = server.gateway.url();
    HttpResponse<String> login =
        server.http.send(
            HttpRequest.newBuilder(url.resolve("/login"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("key=" + key))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    String cookie = login.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
    return server.http.send(
        HttpRequest.newBuilder(url.resolve("/jobs/" + job + "/stream"))
            .header("Cookie", cookie)
            .build(),
        HttpResponse.BodyHandlers.ofLines());
  }

  @Test
  void start_onAPortInUse_namesItAndLeavesNothing() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();

      assertThatThrownBy(
              () -> TestGateway.startWith(home, TestGateway.config(null, port), Role.API))
          .isInstanceOf(PortException.class)
          .hasMessage(
              "expected port %d of 127.0.0.1 to be free, found it in use; choose another with --port",
              port);
    }
    assertThat(HomeServers.of(home)).isEmpty();
    HomeLock.acquire(home).close();
  }

  @Test
  void start_onAHomeInUse_namesItAndLeavesTheFirstRunning() throws Exception {
    try (TestGateway first = TestGateway.start(home, address, Role.API)) {
      assertThatThrownBy(() -> TestGateway.start(home, address, Role.API))
          .isInstanceOf(HomeInUseException.class)
          .hasMessage(
              "home %s is in use by process %d; stop that one, or give another home",
              home.toRealPath(), ProcessHandle.current().pid());

      assertThat(first.manage("/readyz").statusCode()).isEqualTo(200);
    }
  }

  /** Clients of HTTP that are open in this process. */
  private static long clients() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("HttpClient-\\d+-SelectorManager"))
        .count();
  }

  private GatewayConfig askingModels() {
    GatewayConfig config = TestGateway.config(address, 0);
    URI nowhere = URI.create("http://127.0.0.1:9/v1");
    return new GatewayConfig(
        config.server(),
        config.database(),
        config.limits(),
        config.policy(),
        config.evaluation(),
        config.work(),
        config.hub(),
        config.lineage(),
        config.scan(),
        new Endpoint(nowhere, "judge", "key"),
        new GatewayConfig.Graders(
            List.of(new Endpoint(nowhere, "one", "key"), new Endpoint(nowhere, "two", "key")),
            null),
        config.webhooks());
  }

  @Test
  void close_withModelsThatJudgeAndGrade_endsTheConnectionsToThem() {
    long before = clients();
    TestGateway server = TestGateway.startWith(home, askingModels(), Role.SCAN);
    assertThat(clients()).isGreaterThanOrEqualTo(before + 3);

    server.close();

    Bench.await(() -> clients() <= before);
  }
}
