package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.onnx.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The benchmark itself, on a model that is too small for its bars to mean anything. */
class BenchCommandTest {
  private static final Path TINY = Cli.fixture("models/tiny-base");

  @TempDir private Path temporary;

  @Test
  void bench_withPeers_printsEveryRatioAndEndsByThem() throws IOException {
    Path peers = temporary.resolve("peers.json");
    Files.writeString(
        peers,
        """
        {"peers": {"transformers 5 fp32": {"decode": {"1": 1e9, "8": 0.001, "32": 1, "64": 1},
                                           "prefill": {"16x64": 1e9}}}}
        """);

    Cli bench = Cli.run("bench", "speed", "--model", TINY, "--peers", peers, "--json", "--quiet");

    assertThat(bench.code()).as(bench.err()).isEqualTo(3);
    assertThat(bench.json().path("speeds").propertyNames())
        .containsExactlyElementsOf(
            Stream.of(WeightFormat.values())
                .filter(WeightFormat::isExactHere)
                .map(WeightFormat::wireName)
                .toList());
    assertThat(bench.json().path("limits").path("bytes_per_second").asDouble()).isPositive();
    assertThat(met(bench.json(), "decode fp32 x1 / transformers 5 fp32")).isFalse();
    assertThat(met(bench.json(), "decode fp32 x8 / transformers 5 fp32")).isTrue();
    assertThat(met(bench.json(), "prefill fastest 16x64 / transformers 5 fp32")).isFalse();
    assertThat(bench.json().path("ratios")).hasSize(3 + 4 + 4 + 1);
  }

  private static boolean met(JsonNode bench, String name) {
    for (JsonNode ratio : bench.path("ratios")) {
      if (ratio.path("name").asString().equals(name)) {
        return ratio.path("met").asBoolean();
      }
    }
    throw new AssertionError("expected a ratio " + name + " among " + bench.path("ratios"));
  }

  @Test
  void bench_withPeersOfAnotherKind_saysWhatWritesThem() throws IOException {
    Path peers = Files.writeString(temporary.resolve("peers.json"), "{\"peers\": []}");

    Cli bench = Cli.run("bench", "--model", TINY, "--peers", peers);

    assertThat(bench.code()).isEqualTo(1);
    assertThat(bench.err())
        .contains("expected an object \"peers\", found ARRAY")
        .contains("fixtures/bench/peers.py");
  }

  @Test
  void benchPair_withoutAdapter_isAUsageError() {
    Cli bench = Cli.run("bench", "pair", "--model", TINY);

    assertThat(bench.code()).isEqualTo(2);
    assertThat(bench.err()).contains("bench pair needs --adapter");
  }

  @Test
  void benchSoak_ofABaseWithItself_measuresGrowthAndEndsByIt() {
    Cli bench =
        Cli.run(
            "bench",
            "soak",
            "--model",
            TINY,
            "--tuned",
            TINY,
            "--rounds",
            "8",
            "--json",
            "--quiet");

    assertThat(bench.json().path("rounds").intValue()).isEqualTo(8);
    assertThat(bench.json().path("first_quarter").longValue()).isPositive();
    JsonNode ratio = bench.json().path("ratio");
    assertThat(ratio.path("bar").doubleValue()).isEqualTo(1.05);
    assertThat(bench.code()).isEqualTo(ratio.path("met").booleanValue() ? 0 : 3);
  }

  @Test
  void benchSoak_ofTooFewRounds_isAUsageError() {
    Cli bench = Cli.run("bench", "soak", "--model", TINY, "--rounds", "3");

    assertThat(bench.code()).isEqualTo(2);
    assertThat(bench.err()).contains("--rounds must be at least 4, got 3");
  }
}
