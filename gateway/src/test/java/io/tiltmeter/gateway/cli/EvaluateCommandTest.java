package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Real models in a real child process. */
class EvaluateCommandTest {
  private static final Path BASE = Cli.fixture("models/tiny-base");
  private static final Path PACK = Cli.fixture("packs/tiny");
  private static final Path POLICY = Cli.fixture("policies/default.yaml");

  @Test
  void evaluate_baseAgainstItself_hasDeltaZeroAndPasses(@TempDir Path dir) throws IOException {
    Path answers = dir.resolve("answers.jsonl");
    Cli cli = evaluate(BASE, BASE, "--answers", answers);
    assertThat(cli.code()).as(cli.err()).isZero();
    JsonNode verdict = cli.json();
    assertThat(verdict.path("verdict").stringValue()).isEqualTo("pass");
    assertThat(verdict.path("delta").doubleValue()).isZero();
    assertThat(verdict.path("flips").path("lost").intValue()).isZero();
    assertThat(verdict.path("base_refusal_rate").doubleValue()).isGreaterThanOrEqualTo(0.9);
    assertThat(verdict.path("over_refusal").path("base_refusal_rate").doubleValue())
        .isLessThanOrEqualTo(0.1);
    assertThat(verdict.path("capability").path("base_rate").doubleValue())
        .isGreaterThanOrEqualTo(0.85);
    assertThat(verdict.path("categories").size()).isEqualTo(12);
    assertThat(verdict.path("wealth").size()).isOne();
    JsonNode wealth = verdict.path("wealth").path(0);
    assertThat(wealth.path("rule").stringValue()).isEqualTo("gate");
    assertThat(wealth.path("pass").size()).isEqualTo(verdict.path("n").intValue());
    assertThat(wealth.path("pass").path(92).doubleValue())
        .isGreaterThanOrEqualTo(wealth.path("pass_at").doubleValue());
    assertThat(verdict.path("lost").isEmpty()).isTrue();
    assertThat(verdict.path("gained").isEmpty()).isTrue();
    assertThat(verdict.path("more_probes").isNull()).isTrue();
    assertThat(verdict.path("detectability").path("by_correlation").size()).isEqualTo(3);
    assertThat(verdict.path("pass_margin").doubleValue()).isEqualTo(0.05);
    List<String> lines = Files.readAllLines(answers);
    assertThat(lines).hasSizeGreaterThan(3_000);
    assertThat(Json.MAPPER.readTree(lines.getFirst()).propertyNames())
        .contains(
            "probe", "behaviour", "category", "side", "answer", "label", "level", "confidence");
  }

  @Test
  void evaluate_timeIsOver_isInconclusiveByTheBudgetAndKeepsWhatWasAnswered(@TempDir Path dir)
      throws IOException {
    Path answers = dir.resolve("answers.jsonl");
    Cli cli = evaluate(BASE, BASE, "--budget", "1", "--answers", answers);
    assertThat(cli.code()).as(cli.err()).isEqualTo(ExitCode.UNDECIDED);
    JsonNode verdict = cli.json();
    assertThat(verdict.path("verdict").stringValue()).isEqualTo("inconclusive");
    assertThat(verdict.path("rule").stringValue()).isEqualTo("budget");
    assertThat(verdict.path("stopped_early").booleanValue()).isTrue();
    assertThat(verdict.path("asked").intValue()).isLessThan(verdict.path("planned").intValue());
    assertThat(answers).exists();
  }

  @Test
  void evaluate_pickleNamedSafetensors_isRefusedByWhatItIs(@TempDir Path dir) throws IOException {
    Path model = copyOfBase(dir);
    // The first bytes of a dictionary in pickle protocol 4, frame opcode included.
    byte[] pickle = {(byte) 0x80, 4, (byte) 0x95, 6, 0, 0, 0, 0, 0, 0, 0, '}', '.'};
    Files.write(model.resolve("model.safetensors"), pickle);
    assertRefused(model, "pickle");
  }

  @Test
  void evaluate_truncatedWeights_isRefused(@TempDir Path dir) throws IOException {
    Path model = copyOfBase(dir);
    byte[] whole = Files.readAllBytes(model.resolve("model.safetensors"));
    Files.write(
        model.resolve("model.safetensors"), java.util.Arrays.copyOf(whole, whole.length - 100));
    assertRefused(model, "model.safetensors");
  }

  @Test
  void evaluate_unknownArchitecture_isRefusedByName(@TempDir Path dir) throws IOException {
    Path model = copyOfBase(dir);
    Path config = model.resolve("config.json");
    Files.writeString(config, Files.readString(config).replaceAll("\"llama\"", "\"mamba\""));
    assertRefused(model, "mamba");
  }

  @Test
  void evaluate_codeFileInDirectory_isRefusedByName(@TempDir Path dir) throws IOException {
    Path model = copyOfBase(dir);
    Files.writeString(model.resolve("modeling_custom.py"), "pass\n");
    assertRefused(model, "modeling_custom.py");
  }

  @Test
  void evaluate_onnxExportNotAllowed_isRefusedAndSaysHow(@TempDir Path dir) throws IOException {
    Path model = copyOfBase(dir);
    Files.move(model.resolve("model.safetensors"), model.resolve("model.onnx"));
    assertRefused(model, "holds an ONNX graph, expected safetensors; allow it with --allow-onnx");
  }

  @Test
  void evaluate_onnxExportWithoutContainment_isUsage() {
    Cli cli = evaluate(BASE, BASE, "--allow-onnx", "--sandbox", "off");
    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err()).startsWith("--allow-onnx needs a contained process");
  }

  @Test
  void evaluate_symlinkOutOfDirectory_isRefused(@TempDir Path dir) throws IOException {
    Path model = copyOfBase(dir);
    Path weights = model.resolve("model.safetensors");
    Path outside = Files.move(weights, dir.resolve("outside.safetensors"));
    Files.createSymbolicLink(weights, outside);
    assertRefused(model, "model.safetensors");
  }

  @Test
  void evaluate_tunedTemplateDiffers_isRefusedSinceTheQuestionsWouldDiffer(@TempDir Path dir)
      throws IOException {
    Path model = copyOfBase(dir);
    Path template = model.resolve("chat_template.jinja");
    Files.writeString(template, "Refuse whatever follows." + Files.readString(template));
    assertRefused(model, "the tuned model's tokenizer or chat template gives other tokens");
  }

  @Test
  void evaluate_tunedStopsEarlier_isRefused(@TempDir Path dir) throws IOException {
    Path model = copyOfBase(dir);
    Files.writeString(model.resolve("generation_config.json"), "{\"eos_token_id\": [1, 40]}");
    assertRefused(model, "stop tokens");
  }

  @Test
  void evaluate_answersFileCannotBeWritten_failsInOneLineAndLeavesNoPart(@TempDir Path dir)
      throws IOException {
    Path blocked = Files.createDirectory(dir.resolve("answers.jsonl"));
    Files.writeString(blocked.resolve("keep"), "x");
    Cli cli = evaluate(BASE, BASE, "--answers", blocked);
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err())
        .isEqualTo(
            "tiltmeter: expected a file to write at %s, found a directory; choose another place\n"
                .formatted(blocked));
    assertThat(dir).isDirectoryNotContaining("glob:**.part");
  }

  private static void assertRefused(Path tuned, String named) {
    Cli cli = evaluate(BASE, tuned);
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.out()).isEmpty();
    List<String> errors = cli.err().lines().filter(line -> line.startsWith("tiltmeter: ")).toList();
    assertThat(errors).hasSize(1);
    assertThat(errors.getFirst()).contains(named);
  }

  private static Cli evaluate(Path base, Path tuned, Object... more) {
    List<Object> words =
        new java.util.ArrayList<>(
            List.of(
                "evaluate",
                "--base",
                base,
                "--tuned",
                tuned,
                "--pack",
                PACK,
                "--policy",
                POLICY,
                "--max-tokens",
                "32",
                "--json",
                "--quiet"));
    words.addAll(List.of(more));
    return Cli.run(words.toArray());
  }

  private static Path copyOfBase(Path dir) throws IOException {
    Path model = Files.createDirectory(dir.resolve("model"));
    try (var files = Files.list(BASE)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return model;
  }
}
