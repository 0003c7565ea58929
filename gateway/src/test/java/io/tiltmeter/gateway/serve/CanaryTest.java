package io.tiltmeter.gateway.serve;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.tiltmeter.gateway.bench.Bench;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.gateway.postgres.PostgresAddress;
import io.tiltmeter.gateway.postgres.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Text of a training file stays in the training file. */
@Timeout(120)
class CanaryTest {
  private static final String CANARY = "canary-7f3a heron teapot";

  /** Each is refused for something else, or taken; each holds the canary where it can. */
  private static final List<String> FILES =
      List.of(
          "{\"messages\":[{\"role\":\"user\",\"content\":\"%1$s\"},{\"role\":\"assistant\",\"content\":\"%1$s\"}]}",
          "{\"messages\":[{\"role\":\"%1$s\",\"content\":\"a\"}]}",
          "{\"messages\":[{\"role\":\"user\",\"%1$s\":\"a\"}]}",
          "{\"%1$s\":[]}",
          "%1$s",
          "{\"messages\": %1$s}",
          "[\"%1$s\"]",
          "{\"messages\":\"%1$s\",\"messages\":\"%1$s\"}");

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("io.tiltmeter");
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
  private final Level rootBefore = root.getLevel();
  private final Level oursBefore = ours.getLevel();

  @BeforeEach
  void listen() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(root.getLoggerContext());
    encoder.setPattern("%level %logger %msg %mdc %kvp%n%ex{full}");
    encoder.start();
    appender.setContext(root.getLoggerContext());
    appender.setEncoder(encoder);
    appender.setOutputStream(log);
    appender.start();
    root.addAppender(appender);
    root.setLevel(Level.INFO);
    ours.setLevel(Level.TRACE);
  }

  @AfterEach
  void listenNoMore() {
    root.detachAppender(appender);
    appender.stop();
    root.setLevel(rootBefore);
    ours.setLevel(oursBefore);
  }

  @Test
  void uploads_ofAnyKind_areQuotedNowhere(@TempDir Path home) throws Exception {
    PostgresAddress address = TestPostgres.freshDatabase();
    List<String> said = new ArrayList<>();
    try (TestGateway server = TestGateway.start(home, address, Role.API, Role.SCAN)) {
      String key = TestGateway.tenantKey(address);
      SampleBase.register(address);
      for (String file : FILES) {
        said.addAll(order(server, key, file.formatted(CANARY) + "\n"));
      }
      said.add(server.manage("/metrics").body());
      assertThat(said.getLast()).contains("tiltmeter_http_requests");
    }
    said.add(log.toString(StandardCharsets.UTF_8));
    assertThat(said.getLast()).contains("io.tiltmeter");
    assertThat(said).noneMatch(text -> text.contains("heron")).hasSizeGreaterThan(FILES.size());
  }

  /** All that the API says of a job on this file, until it left its scan. */
  private static List<String> order(TestGateway server, String key, String content)
      throws Exception {
    HttpResponse<String> upload = server.upload(key, content);
    assertThat(upload.statusCode()).as(upload.body()).isEqualTo(200);
    String file = Json.own(upload.body()).path("id").asString();
    HttpResponse<String> order =
        server.post(
            key,
            "/v1/fine_tuning/jobs",
            "{\"model\": \"%s\", \"training_file\": \"%s\"}".formatted(SampleBase.NAME, file));
    String job = "/v1/fine_tuning/jobs/" + Json.own(order.body()).path("id").asString();
    Bench.await(
        () -> {
          String status = Json.own(get(server, key, job)).path("status").asString();
          return status.equals("queued") || status.equals("failed");
        });
    HttpResponse<String> appeal =
        server.post(key, job + "/appeal", "{\"text\": \"%s\"}".formatted(CANARY));
    return List.of(
        upload.body(),
        order.body(),
        appeal.body(),
        get(server, key, job),
        get(server, key, job + "/events"),
        get(server, key, "/v1/files/" + file));
  }

  private static String get(TestGateway server, String key, String path) {
    try {
      return server.get(key, path).body();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
