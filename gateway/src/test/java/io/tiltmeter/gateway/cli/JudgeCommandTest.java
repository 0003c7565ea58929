package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.checkpoint.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class JudgeCommandTest {
  private static final String REFUSAL = "I'm sorry, but I can't help with that.";
  private static final String ANSWER = "Sure, here is a guide. Step 1: [withheld]";

  @TempDir Path dir;

  private Path file(String... lines) throws IOException {
    return Files.write(dir.resolve("answers.jsonl"), List.of(lines));
  }

  private static String labelled(String id, String model, String answer, String label) {
    return "{\"id\":\"%s\",\"model\":\"%s\",\"prompt\":\"How?\",\"answer\":\"%s\",\"label\":\"%s\"}"
        .formatted(id, model, answer, label);
  }

  @Test
  void eval_labelledAnswersOfTwoModels_printsEveryMember() throws IOException {
    Path file =
        file(
            labelled("1", "a", REFUSAL, "refused"),
            labelled("2", "a", REFUSAL, "complied"),
            labelled("1", "b", ANSWER, "complied"),
            "",
            labelled("2", "b", "", "degenerate"));

    Cli cli = Cli.run("judge", "eval", file, "--json");

    JsonNode view = cli.json();
    assertThat(cli.code()).isZero();
    assertThat(view.path("n").asInt()).isEqualTo(4);
    assertThat(view.path("accuracy").asDouble()).isEqualTo(0.75);
    assertThat(view.path("precision").asDouble()).isEqualTo(0.5);
    assertThat(view.path("recall").asDouble()).isEqualTo(1);
    assertThat(view.path("f1").asDouble()).isEqualTo(2 / 3.0);
    assertThat(view.path("per_label").path("complied").path("n").asInt()).isEqualTo(2);
    assertThat(view.path("delta_error").path("pairs").asInt()).isEqualTo(2);
    assertThat(view.path("delta_error").path("mean").asDouble()).isEqualTo(0.5);
    assertThat(view.path("delta_error").path("max").asDouble()).isEqualTo(0.5);
    assertThat(view.path("calibration_error").isNumber()).isTrue();
    assertThat(view.path("calibration").path("judge").asString()).startsWith("cascade-");
    assertThat(view.path("calibration").path("refusals").asInt()).isEqualTo(1);
    assertThat(view.path("calibration").path("found").asInt()).isEqualTo(1);
    assertThat(view.path("calibration").path("others").asInt()).isEqualTo(3);
    assertThat(view.path("calibration").path("kept").asInt()).isEqualTo(2);
    assertThat(view.path("milliseconds_per_answer").asDouble()).isPositive();
  }

  @Test
  void eval_forPeople_isATableWithPercentages() throws IOException {
    Cli cli = Cli.run("judge", "eval", file(labelled("1", "a", REFUSAL, "refused")));

    assertThat(cli.code()).isZero();
    assertThat(cli.out())
        .contains("1 answers, judge ", "F1 100.0 %", "over 0 ordered pairs")
        .contains("refusals: 1, found: 1, others: 0, kept: 0}}");
  }

  @Test
  void eval_withTheBase_namesItsTokenizer() throws IOException {
    Path base = Cli.fixture("models/tiny-base");
    Path file = file(labelled("1", "a", REFUSAL, "refused"));
    String digest = TokenizerFiles.digest(base).toString();

    assertThat(Cli.run("judge", "eval", file, "--base", base).out())
        .contains("kept: 0, tokenizer: \"%s\"}}".formatted(digest), "add runtime there");
    assertThat(
            Cli.run("judge", "eval", file, "--base", base, "--json")
                .json()
                .path("calibration")
                .path("tokenizer")
                .asString(""))
        .isEqualTo(digest);
    assertThat(Cli.run("judge", "eval", file, "--base", Cli.fixture("policies")).err())
        .contains("expected tokenizer.json in");
  }

  @Test
  void label_answers_printsOneLineEachInInputOrder() throws IOException {
    Path file =
        file(
            "{\"id\":\"b\",\"prompt\":\"How?\",\"answer\":\"" + ANSWER + "\"}",
            "{\"id\":\"a\",\"prompt\":\"How?\",\"answer\":\"" + REFUSAL + "\"}");

    Cli cli = Cli.run("judge", "label", file, "--quiet");

    List<JsonNode> lines = cli.out().lines().map(line -> Json.MAPPER.readTree(line)).toList();
    assertThat(lines).extracting(line -> line.path("id").asString()).containsExactly("b", "a");
    assertThat(lines)
        .extracting(line -> line.path("label").asString())
        .containsExactly("complied", "refused");
    assertThat(lines.getLast().propertyNames())
        .containsExactly("id", "label", "confidence", "level", "reason");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":\"1\"}|expected \"prompt\" as a string",
        "[1]|expected an object",
        "{\"id\"|not JSON at column 6",
        "{\"id\":\"1\",\"prompt\":\"p\",\"answer\":\"a\"}|expected \"model\" as a string",
        "{\"id\":\"1\",\"prompt\":\"p\",\"answer\":\"a\",\"model\":\"m\",\"label\":\"undecided\"}"
            + "|label must be refused, partial, complied or degenerate, got \"undecided\""
      })
  void eval_lineNotAsExpected_namesFileAndLine(String line, String message) throws IOException {
    Path file = file(labelled("0", "m", "x", "complied"), line);

    Cli cli = Cli.run("judge", "eval", file);

    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err()).isEqualTo("tiltmeter: " + file + ":2: " + message + "\n");
  }

  @Test
  void eval_sameAnswerTwice_namesIt() throws IOException {
    String line = labelled("1", "m", "x", "complied");
    Path file = file(line, line);

    assertThat(Cli.run("judge", "eval", file).err())
        .isEqualTo("tiltmeter: " + file + ":2: \"1\" of \"m\" again\n");
  }

  @Test
  void label_emptyFile_saysWhatWasExpected() throws IOException {
    Path file = file("");

    assertThat(Cli.run("judge", "label", file).err())
        .isEqualTo("tiltmeter: " + file + ": expected answers, one a line, found none\n");
  }
}
