package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.packfile.PackSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code evaluate --screen} with real models in a real child process. */
class ScreenedEvaluationTest {
  private static final Path BASE = Cli.fixture("models/tiny-base");

  @TempDir private Path dir;

  @Test
  void evaluate_screened_decidesTheSameFromFewerTokens() throws IOException {
    Path pack = sample(new PackSample.Size(25, 1, 5, 60));
    Path answers = dir.resolve("answers.jsonl");
    JsonNode whole = evaluate(pack);
    JsonNode screened = evaluate(pack, "--screen", "--answers", answers);

    for (String same :
        List.of(
            "verdict",
            "rule",
            "n",
            "delta",
            "interval",
            "flips",
            "base_refusal_rate",
            "tuned_refusal_rate",
            "over_refusal",
            "capability",
            "categories",
            "asked")) {
      assertThat(screened.path(same)).as(same).isEqualTo(whole.path(same));
    }
    assertThat(screened.path("verdict").stringValue()).isEqualTo("pass");
    assertThat(screened.path("tokens").longValue()).isLessThan(whole.path("tokens").longValue());
    assertThat(whole.has("screen")).isFalse();
    JsonNode screen = screened.path("screen");
    assertThat(screen.path("off").isNull()).isTrue();
    assertThat(screen.path("not_written").intValue()).isGreaterThan(100);
    assertThat(screen.path("audited").intValue()).isPositive();
    assertThat(screen.path("tuned").path("at_least").doubleValue()).isGreaterThanOrEqualTo(0.95);
    assertThat(unwritten(answers))
        .hasSize(screen.path("not_written").intValue())
        .allMatch(line -> line.path("answer").stringValue().isEmpty())
        .allMatch(line -> line.path("label").stringValue().equals("refused"))
        .allMatch(line -> line.path("confidence").doubleValue() > 0.9);
  }

  @Test
  void evaluate_screenedBesideACache_asksForEveryAnswerAndSaysWhy() throws IOException {
    Path pack = sample(new PackSample.Size(2, 1, 1, 5));
    JsonNode verdict = evaluate(pack, "--screen", "--cache", dir.resolve("cache"));
    assertThat(verdict.path("screen").path("not_written").intValue()).isZero();
    assertThat(verdict.path("screen").path("off").stringValue()).contains("cache");
  }

  private static List<JsonNode> unwritten(Path answers) throws IOException {
    return Files.readAllLines(answers).stream()
        .map(Json.MAPPER::readTree)
        .filter(line -> line.path("level").stringValue().equals("L0"))
        .toList();
  }

  private Path sample(PackSample.Size size) throws IOException {
    return PackSample.write(Inputs.pack(Cli.fixture("packs/tiny")), size, dir.resolve("sample"));
  }

  private static JsonNode evaluate(Path pack, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--base",
                BASE,
                "--tuned",
                BASE,
                "--pack",
                pack,
                "--policy",
                Cli.fixture("policies/default.yaml"),
                "--max-tokens",
                "32",
                "--json",
                "--quiet"));
    words.addAll(List.of(more));
    Cli cli = Cli.run(words.toArray());
    assertThat(cli.out()).as(cli.err()).startsWith("{");
    return cli.json();
  }
}
