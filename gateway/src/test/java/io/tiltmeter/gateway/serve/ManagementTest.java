package io.tiltmeter.gateway.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.metrics.Meters;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManagementTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private boolean isWorking = true;

  @AfterEach
  void close() {
    http.close();
    // Not waited for: the driver closes a connection to a silent server only after a long time.
    vertx.close();
  }

  /** The port of a management server over this database. */
  private int serve(PostgresAddress address) throws Exception {
    Database database = Database.open(vertx, address, 2);
    Management management = new Management(new Meters(), database, () -> isWorking);
    int port = free();
    vertx
        .deployVerticle(
            new HttpVerticle("127.0.0.1", port, management::mount),
            new DeploymentOptions().setThreadingModel(ThreadingModel.VIRTUAL_THREAD))
        .await(20, TimeUnit.SECONDS);
    return port;
  }

  private static int free() throws IOException {
    try (ServerSocket probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    }
  }

  private String get(int port, String path) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + "\n" + response.body();
  }

  @Test
  void ready_withEverything_saysSo() throws Exception {
    int port = serve(TestPostgres.freshDatabase());

    assertThat(get(port, "/readyz")).isEqualTo("200\nok database\nok workers\n");
    assertThat(get(port, "/healthz")).isEqualTo("200\nok database\nok workers\n");
  }

  @Test
  void ready_withoutAWorker_namesIt() throws Exception {
    int port = serve(TestPostgres.freshDatabase());
    isWorking = false;

    assertThat(get(port, "/readyz")).isEqualTo("503\nok database\nbad workers\n");
    assertThat(get(port, "/livez")).isEqualTo("200\nok\n");
  }

  @Test
  void ready_withADatabaseThatIsGone_namesIt() throws Exception {
    int port = serve(new PostgresAddress("127.0.0.1", free(), "none", "none", "none"));

    assertThat(get(port, "/readyz")).isEqualTo("503\nbad database\nok workers\n");
    assertThat(get(port, "/livez")).isEqualTo("200\nok\n");
  }

  @Test
  void ready_withADatabaseThatIsSilent_doesNotWaitLong() throws Exception {
    try (SilentServer silent = SilentServer.start()) {
      int port = serve(new PostgresAddress("127.0.0.1", silent.port(), "none", "none", "none"));

      for (int time = 0; time < 4; time++) {
        long begun = System.nanoTime();
        assertThat(get(port, "/readyz")).isEqualTo("503\nbad database\nok workers\n");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        assertThat(get(port, "/livez")).isEqualTo("200\nok\n");
      }
    }
  }
}
