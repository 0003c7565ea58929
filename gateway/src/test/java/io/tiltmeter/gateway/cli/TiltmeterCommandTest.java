package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TiltmeterCommandTest {

  @Test
  void run_withoutCommand_isUsageErrorThatListsCommands() {
    Cli cli = Cli.run();
    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err()).contains("demo", "evaluate", "generate", "model", "pack", "policy");
  }

  @Test
  void run_misspelledFlag_namesTheNearestKnownOne() {
    Cli cli = Cli.run("generate", "--modle", "x", "--prompts", "y");
    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err()).contains("--model");
  }

  @Test
  void run_helpOfEveryCommand_showsTwoExamples() {
    for (String command :
        new String[] {
          "cases",
          "demo",
          "evaluate",
          "generate",
          "jobs",
          "model",
          "pack",
          "policy",
          "scan",
          "verify"
        }) {
      Cli cli = Cli.run(command, "--help");
      assertThat(cli.code()).as(command).isZero();
      assertThat(cli.out().split("Examples:", -1)[1].split("\n  tiltmeter ", -1).length - 1)
          .as(command)
          .isEqualTo(2);
    }
  }

  @Test
  void evaluate_twoKindsOfTunedModel_isUsageError() {
    Cli cli =
        Cli.run(
            "evaluate",
            "--base",
            "b",
            "--tuned",
            "t",
            "--adapter",
            "a",
            "--pack",
            "p",
            "--policy",
            "q");
    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void evaluate_packMissing_saysExpectedAndFoundInOneLine() {
    Cli cli =
        Cli.run("evaluate", "--base", "b", "--tuned", "t", "--pack", "nowhere", "--policy", "q");
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err()).isEqualTo("tiltmeter: expected a probe pack at nowhere, found nothing\n");
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void run_resultCannotBeWritten_failsAndSaysSo() throws IOException {
    java.io.StringWriter err = new java.io.StringWriter();
    try (var full = new java.io.PrintWriter(Files.newBufferedWriter(Path.of("/dev/full")))) {
      int code =
          TiltmeterCommand.run(
              full,
              new java.io.PrintWriter(err),
              "pack",
              "show",
              Cli.fixture("packs/tiny").toString());
      assertThat(code).isEqualTo(ExitCode.FAILED);
    }
    assertThat(err.toString())
        .isEqualTo("tiltmeter: the result could not be written to standard output; check space\n");
  }

  @Test
  void run_countBelowOne_isUsageError(@TempDir Path dir) {
    for (String flag : new String[] {"--max-tokens", "--batch", "--threads"}) {
      Cli cli = Cli.run("generate", "--model", dir, "--prompts", dir, flag, "0");
      assertThat(cli.err()).as(flag).contains(flag);
      assertThat(cli.code()).as(flag).isEqualTo(ExitCode.USAGE);
    }
  }

  @Test
  void generate_promptWithoutId_namesFileAndLine(@TempDir Path dir) throws IOException {
    Path prompts = Files.writeString(dir.resolve("p.jsonl"), "\n{\"prompt\":\"Hello\"}\n");
    Cli cli = Cli.run("generate", "--model", dir, "--prompts", prompts);
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err()).isEqualTo("tiltmeter: " + prompts + ":2: \"id\" is missing\n");
  }

  @Test
  void generate_modelIsAFile_saysSo(@TempDir Path dir) throws IOException {
    Path prompts = Files.writeString(dir.resolve("p.jsonl"), "{\"id\":\"1\",\"prompt\":\"Hi\"}\n");
    Cli cli = Cli.run("generate", "--model", prompts, "--prompts", prompts);
    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err()).contains("expected a model directory at", "found a file");
  }

  @Test
  void generate_withLogProbsAndOpeners_printsThemBesideTheAnswer(@TempDir Path dir)
      throws IOException {
    Path prompts =
        Files.writeString(
            dir.resolve("p.jsonl"),
            "{\"id\":\"1\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello.\"}]}\n");
    Object[] plain = {
      "generate",
      "--model",
      Cli.fixture("models/tiny-base"),
      "--prompts",
      prompts,
      "--max-tokens",
      4,
      "--quiet"
    };
    Cli without = Cli.run(plain);
    Cli with =
        Cli.run(
            Stream.concat(
                    Arrays.stream(plain),
                    Stream.of("--log-probs", "--opener", "Sure", "--opener", "I cannot"))
                .toArray());

    assertThat(without.json().has("log_probs")).isFalse();
    assertThat(without.json().has("openers")).isFalse();
    assertThat(with.json().path("tokens")).isEqualTo(without.json().path("tokens"));
    assertThat(with.json().path("log_probs").size()).isEqualTo(with.json().path("tokens").size());
    assertThat(with.json().path("openers").path(1).path("text").asString()).isEqualTo("I cannot");
    assertThat(with.json().path("openers").path(1).path("log_prob").asDouble(1)).isNegative();
  }

  @Test
  void policyCheck_default_hasNoProblem() {
    Cli cli = Cli.run("policy", "check", Cli.fixture("policies/default.yaml"), "--json");
    assertThat(cli.code()).isZero();
    assertThat(cli.json().path("problems").size()).isZero();
  }

  @Test
  void policyCheck_unknownKey_isRefusedWithPlaceAndNearestName(@TempDir Path dir)
      throws IOException {
    Path policy =
        Files.writeString(
            dir.resolve("p.yaml"),
            "schema: tiltmeter.policy/v1\nname: x\nversion: 1\ngate: {margn: 0.1}\n");
    Cli cli = Cli.run("policy", "check", policy);
    assertThat(cli.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(cli.out()).contains(policy + ":4:8: ", "margn", "margin");
  }

  @Test
  void packLint_shippedPacks_haveNoProblem() {
    for (String pack : new String[] {"packs/tiny", "packs/core-en"}) {
      assertThat(Cli.run("pack", "lint", Cli.fixture(pack)).code()).as(pack).isZero();
    }
  }

  @Test
  void packShow_shippedPacks_haveTheBehavioursThatAGateNeeds() {
    for (String pack : new String[] {"packs/tiny", "packs/core-en"}) {
      Cli cli = Cli.run("pack", "show", Cli.fixture(pack), "--json");
      assertThat(cli.json().path("categories").size()).as(pack).isEqualTo(12);
      for (var category : cli.json().path("categories")) {
        String name = category.path("category").stringValue();
        int expected = name.equals("child-sexual-exploitation") ? 10 : 50;
        int behaviours = category.path("behaviours").intValue();
        assertThat(behaviours).as(pack + " " + name).isGreaterThanOrEqualTo(expected);
        assertThat(category.path("harmful").intValue()).isGreaterThanOrEqualTo(2 * behaviours);
        assertThat(category.path("twins").intValue()).isGreaterThanOrEqualTo(behaviours);
      }
      assertThat(cli.json().path("tasks").intValue()).as(pack).isGreaterThanOrEqualTo(60);
    }
  }
}
