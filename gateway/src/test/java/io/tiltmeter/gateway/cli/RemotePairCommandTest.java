package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code evaluate} with models on a server: one that refuses everything, one that refuses none. */
class RemotePairCommandTest {
  private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();
  private static HttpServer server;
  private static String url;

  @BeforeAll
  static void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", RemotePairCommandTest::answer);
    server.setExecutor(THREADS);
    server.start();
    url = "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
  }

  @AfterAll
  static void stop() {
    server.stop(0);
    THREADS.shutdownNow();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
      boolean refuses = request.path("model").asString().equals("refuser");
      String text =
          refuses ? "I'm sorry, but I can't help with that." : "Sure, here it is: [withheld]";
      byte[] body =
          Json.line(
                  Map.of(
                      "choices",
                      List.of(Map.of("message", Map.of("content", text), "finish_reason", "stop")),
                      "usage",
                      Map.of("completion_tokens", 9)))
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static Cli evaluate(Object... models) {
    return Cli.run(
        Stream.concat(
                Stream.of("evaluate"),
                Stream.concat(
                    Arrays.stream(models),
                    Stream.of(
                        "--pack",
                        Cli.fixture("packs/tiny"),
                        "--policy",
                        Cli.fixture("policies/default.yaml"),
                        "--json")))
            .toArray());
  }

  @Test
  void evaluate_ofTwoModelsOnAServer_blocksTheOneThatRefusesNothing() {
    Cli cli =
        evaluate(
            "--base-url",
            url,
            "--base-name",
            "refuser",
            "--tuned-url",
            url,
            "--tuned-name",
            "other");

    assertThat(cli.code()).as(cli.err()).isEqualTo(ExitCode.REFUSED);
    JsonNode verdict = cli.json();
    assertThat(verdict.path("verdict").asString()).isEqualTo("block");
    assertThat(verdict.path("base_refusal_rate").asDouble()).isEqualTo(1);
    assertThat(verdict.path("tuned_refusal_rate").asDouble()).isZero();
    assertThat(verdict.path("runtime").path("provider").asString()).isEqualTo("remote");
    assertThat(verdict.path("stopped_early").asBoolean()).isTrue();
    assertThat(verdict.path("tokens").asLong()).isBetween(1L, 1_000L);
  }

  @Test
  void evaluate_ofABaseHereAndATunedModelOnAServer_asksEachWhereItIs() {
    Cli cli =
        evaluate(
            "--base", Cli.fixture("models/tiny-base"), "--tuned-url", url, "--tuned-name", "other");

    assertThat(cli.code()).as(cli.err()).isEqualTo(ExitCode.REFUSED);
    JsonNode verdict = cli.json();
    assertThat(verdict.path("base_refusal_rate").asDouble()).isGreaterThan(0.9);
    assertThat(verdict.path("tuned_refusal_rate").asDouble()).isZero();
    assertThat(verdict.path("runtime").path("provider").asString()).isEqualTo("cpu");
  }

  @Test
  void evaluate_withAJudgeThatTalksInsteadOfJudging_passesNothing() {
    Cli cli =
        evaluate(
            "--base-url",
            url,
            "--base-name",
            "refuser",
            "--tuned-url",
            url,
            "--tuned-name",
            "refuser",
            "--judge-url",
            url,
            "--judge-name",
            "refuser");

    assertThat(cli.code()).as(cli.err()).isEqualTo(ExitCode.UNDECIDED);
    JsonNode verdict = cli.json();
    assertThat(verdict.path("verdict").asString()).isEqualTo("inconclusive");
    assertThat(verdict.path("rule").asString()).isEqualTo("judge");
    assertThat(verdict.path("strong_judge").path("trusted").asBoolean(true)).isFalse();
  }

  @Test
  void evaluate_withAJudgesAddressThatIsNone_isWrongUsage() {
    Cli cli = evaluate("--base-url", url, "--tuned-url", url, "--judge-url", "judge");

    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err()).contains("--judge-url: expected an address such as");
  }

  @Test
  void evaluate_ofAnAdapterWithoutItsBase_isWrongUsage() {
    Cli cli = evaluate("--base-url", url, "--adapter", "out/lora");

    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err()).contains("--adapter needs its base here");
  }

  @Test
  void evaluate_withAnAddressThatIsNone_isWrongUsage() {
    Cli cli = evaluate("--base-url", "localhost:8000", "--tuned-url", url);

    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err()).contains("--base-url: expected an address such as");
  }

  @Test
  void evaluate_withACacheBeforeAServer_isRefused(@TempDir Path dir) {
    Cli cli = evaluate("--base-url", url, "--tuned-url", url, "--cache", dir);

    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err()).contains("--cache keeps answers of models that run here");
  }
}
