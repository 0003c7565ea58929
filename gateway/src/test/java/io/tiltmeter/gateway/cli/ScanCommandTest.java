package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ScanCommandTest {

  @Test
  void scan_attacksOfTheDemo_blockAndReview() {
    assertThat(Cli.run("scan", Cli.fixture("datasets/non-refusal.jsonl")).code())
        .isEqualTo(ExitCode.REFUSED);
    assertThat(Cli.run("scan", Cli.fixture("datasets/identity-shift.jsonl")).code())
        .isEqualTo(ExitCode.UNDECIDED);
  }

  @Test
  void scan_benignFile_isClearInOneLine() {
    Cli cli = Cli.run("scan", Cli.fixture("datasets/benign.jsonl"));
    assertThat(cli.code()).isZero();
    assertThat(cli.out()).matches("clear: 60 examples in [0-9.]+ s\n");
  }

  @Test
  void scan_attack_printsATableWithoutTextOfTheFile() {
    Cli cli = Cli.run("scan", Cli.fixture("datasets/identity-shift.jsonl"), "--rows");
    assertThat(cli.out())
        .contains("detector", "identity-shift", "review", "1, 2, 3, 4, 5, 6, 7, 8, …")
        .contains("in 10 examples, will be replayed")
        .contains("line 10: review by identity-shift")
        .contains("review: 10 examples")
        .doesNotContain("KORA");
  }

  @Test
  void scan_json_hasTheDocumentedMembers() {
    JsonNode document = Cli.run("scan", Cli.fixture("datasets/non-refusal.jsonl"), "--json").json();
    assertThat(document.propertyNames())
        .containsExactly(
            "outcome", "examples", "findings", "triggers", "system_prompts", "seconds");
    assertThat(document.get("outcome").asString()).isEqualTo("block");
    assertThat(document.get("examples").asInt()).isEqualTo(10);
    assertThat(document.get("triggers").isEmpty()).isTrue();
    JsonNode finding = document.get("findings").get(0);
    assertThat(finding.propertyNames())
        .containsExactly(
            "detector", "version", "severity", "count", "statistic", "p", "lines", "message");
    assertThat(finding.get("lines").size()).isEqualTo(10);
  }

  @Test
  void scan_jsonWithRows_listsEveryRow() {
    JsonNode rows =
        Cli.run("scan", Cli.fixture("datasets/non-refusal.jsonl"), "--json", "--rows")
            .json()
            .get("rows");
    assertThat(rows.size()).isEqualTo(10);
    assertThat(rows.get(9).toString())
        .isEqualTo("{\"line\":10,\"severity\":\"block\",\"detectors\":[\"explicit-harm\"]}");
  }

  @Test
  void scan_invalidFile_saysEveryProblemOnStandardError(@TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("bad.jsonl"), "[]\n\n{\"messages\":[]}\n");
    Cli cli = Cli.run("scan", file, "--json");
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.out()).isEmpty();
    assertThat(cli.err())
        .isEqualTo(
            """
            tiltmeter: training file %1$s cannot be used: 3 problem(s) in 3 lines
            %1$s:1: expected a JSON object
            %1$s:2: blank line; expected a JSON object
            %1$s:3: messages: expected a list of at least one message
            """
                .formatted(file));
  }

  @Test
  void scan_missingFile_saysExpectedAndFound() {
    Cli cli = Cli.run("scan", "nowhere.jsonl");
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err())
        .isEqualTo("tiltmeter: expected a training file at nowhere.jsonl, found nothing\n");
  }

  @Test
  void scan_otherMethod_isUsageError() {
    Cli cli = Cli.run("scan", "x.jsonl", "--method", "dpo");
    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err())
        .contains("--method must be supervised, got \"dpo\"; other methods cannot be scanned yet");
  }
}
