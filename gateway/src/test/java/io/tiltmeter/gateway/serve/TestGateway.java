package io.tiltmeter.gateway.serve;

import io.tiltmeter.gateway.config.GatewayConfig;
import io.tiltmeter.gateway.config.Home;
import io.tiltmeter.gateway.config.Installation;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.webhook.WebhookSettings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A whole gateway in this process, and a client of it. */
final class TestGateway implements AutoCloseable {
  static final Installation INSTALLATION =
      new Installation(Path.of(System.getProperty("tiltmeter.root")));
  private static final String BOUNDARY = "----tiltmeter-test";

  final Gateway gateway;
  final HttpClient http = HttpClient.newHttpClient();

  private TestGateway(Gateway gateway) {
    this.gateway = gateway;
  }

  /**
   * Starts one on free ports.
   *
   * @param database null for an embedded one in the home
   */
  static TestGateway start(Path home, @Nullable PostgresAddress database, Role... roles) {
    return startWith(home, config(database, 0), roles);
  }

  static TestGateway startWith(Path home, GatewayConfig config, Role... roles) {
    return new TestGateway(
        Gateway.start(config, new Home(home), Set.of(roles), INSTALLATION, Clock.systemUTC()));
  }

  static GatewayConfig config(@Nullable PostgresAddress database, int port) {
    GatewayConfig defaults = GatewayConfig.defaults(INSTALLATION.root());
    return new GatewayConfig(
        new GatewayConfig.Server("127.0.0.1", port, 0),
        database,
        defaults.limits(),
        defaults.policy(),
        defaults.evaluation(),
        new GatewayConfig.Work(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(200), 5),
        defaults.hub(),
        defaults.lineage(),
        defaults.scan(),
        defaults.judge(),
        defaults.graders(),
        new WebhookSettings(true, true, null, Duration.ofSeconds(5)));
  }

  /** A key of the tenant acme. */
  static String tenantKey(PostgresAddress address) throws TimeoutException {
    Vertx vertx = Vertx.vertx();
    try (Database database = Database.open(vertx, address, 1)) {
      return new KeyStore(Clock.systemUTC()).createForTenant(database, "acme", false).secret();
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  HttpResponse<String> get(String key, String path) throws IOException, InterruptedException {
    return send(request(key, gateway.url(), path));
  }

  HttpResponse<String> manage(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(gateway.managementUrl().resolve(path)));
  }

  HttpResponse<String> post(String key, String path, String body)
      throws IOException, InterruptedException {
    return send(request(key, gateway.url(), path).POST(BodyPublishers.ofString(body)));
  }

  /** Uploads a training file. */
  HttpResponse<String> upload(String key, String content) throws IOException, InterruptedException {
    String form =
        """
        --%1$s\r
        Content-Disposition: form-data; name="purpose"\r
        \r
        fine-tune\r
        --%1$s\r
        Content-Disposition: form-data; name="file"; filename="a.jsonl"\r
        \r
        %2$s\r
        --%1$s--\r
        """
            .formatted(BOUNDARY, content);
    return send(
        request(key, gateway.url(), "/v1/files")
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(BodyPublishers.ofString(form)));
  }

  private static HttpRequest.Builder request(String key, URI url, String path) {
    return HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + key);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(
        request.timeout(Duration.ofSeconds(40)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    http.close();
    gateway.close();
  }
}
