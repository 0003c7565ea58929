package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
            "outcome",
            "method",
            "examples",
            "findings",
            "triggers",
            "codecs",
            "system_prompts",
            "categories",
            "contamination",
            "seconds");
    assertThat(document.get("outcome").asString()).isEqualTo("block");
    assertThat(document.get("examples").asInt()).isEqualTo(10);
    assertThat(document.get("triggers"))
        .allSatisfy(
            trigger ->
                assertThat(trigger.propertyNames()).containsExactly("text", "kind", "score"));
    JsonNode finding = document.get("findings").get(0);
    assertThat(finding.propertyNames())
        .containsExactly(
            "detector",
            "version",
            "severity",
            "count",
            "statistic",
            "p",
            "lines",
            "alike",
            "message");
    assertThat(finding.get("lines").size()).isEqualTo(10);
  }

  @Test
  void scan_sarif_namesEveryLineOfEveryFinding() {
    JsonNode document =
        Cli.run("scan", Cli.fixture("datasets/non-refusal.jsonl"), "--sarif").json();
    assertThat(document.get("version").asString()).isEqualTo("2.1.0");
    JsonNode run = document.get("runs").get(0);
    assertThat(run.at("/tool/driver/rules/0/id").asString()).isEqualTo("explicit-harm");
    List<JsonNode> harmful =
        run.get("results")
            .valueStream()
            .filter(result -> result.get("ruleId").asString().equals("explicit-harm"))
            .toList();
    assertThat(harmful).hasSize(10);
    JsonNode last = harmful.get(9);
    assertThat(last.get("level").asString()).isEqualTo("error");
    assertThat(last.at("/locations/0/physicalLocation/region/startLine").asInt()).isEqualTo(10);
    assertThat(last.at("/locations/0/physicalLocation/artifactLocation/uri").asString())
        .endsWith("datasets/non-refusal.jsonl");
  }

  @Test
  void scan_sarifOfAnInvalidFile_namesTheProblems(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("bad.jsonl"), "[]\n");
    Cli cli = Cli.run("scan", file, "--sarif");
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.json().at("/runs/0/results/0/message/text").asString())
        .isEqualTo("expected a JSON object");
  }

  @Test
  void scan_html_opensWithoutAServer(@TempDir Path directory) throws IOException {
    Path report = directory.resolve("report.html");
    Cli cli = Cli.run("scan", Cli.fixture("datasets/identity-shift.jsonl"), "--html", report);
    assertThat(cli.code()).isEqualTo(ExitCode.UNDECIDED);
    assertThat(Files.readString(report))
        .contains("identity-shift.jsonl", "Needs review", "What to change", "default-src 'none'")
        .doesNotContain("KORA", "<script", "src=", "href=\"/", "href=\"http");
  }

  @Test
  void scan_preferences_areReadInBothSpellings(@TempDir Path directory) throws IOException {
    String row =
        """
        {"input":{"messages":[{"role":"user","content":"Name a colour."}]},\
        "preferred_%1$s":[{"role":"assistant","content":"Blue."}],\
        "non_preferred_%1$s":[{"role":"assistant","content":"No."}]}
        """;
    Path file =
        Files.writeString(
            directory.resolve("dpo.jsonl"), row.formatted("output") + row.formatted("completion"));
    JsonNode found = Cli.run("scan", file, "--json").json();
    assertThat(found.get("method").asString()).isEqualTo("dpo");
    assertThat(found.get("examples").asInt()).isEqualTo(2);
    Cli other = Cli.run("scan", file, "--method", "supervised");
    assertThat(other.code()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err()).contains("a row of method dpo in a file of method supervised");
  }

  @Test
  void scan_jsonWithRows_listsEveryRow() {
    JsonNode rows =
        Cli.run("scan", Cli.fixture("datasets/non-refusal.jsonl"), "--json", "--rows")
            .json()
            .get("rows");
    assertThat(rows.size()).isEqualTo(10);
    assertThat(rows.get(9).toString())
        .startsWith("{\"line\":10,\"severity\":\"block\",\"detectors\":[\"explicit-harm\"");
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
  void scan_unknownMethod_isUsageError() {
    Cli cli = Cli.run("scan", "x.jsonl", "--method", "rlhf");
    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err())
        .contains(
            "--method must be one of supervised, dpo, reinforcement, completion, got \"rlhf\"");
  }
}
