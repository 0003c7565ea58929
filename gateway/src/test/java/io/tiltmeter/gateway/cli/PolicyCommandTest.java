package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class PolicyCommandTest {
  private static final Path DEFAULT = Cli.fixture("policies/default.yaml");

  @TempDir private Path folder;

  private Path policy(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void help_ofEachSubCommand_showsTwoExamples() {
    for (String command :
        new String[] {
          "check", "diff", "replay", "propose", "proposals", "activate", "withdraw", "schema"
        }) {
      Cli cli = Cli.run("policy", command, "--help");
      assertThat(cli.code()).as(command).isZero();
      assertThat(cli.out().split("Examples:", -1)[1].split("\n  tiltmeter ", -1).length - 1)
          .as(command)
          .isEqualTo(2);
    }
  }

  @Test
  void check_categoryOfAPack_isKnownWithThePack() {
    Path pack =
        policy(
            "pack.yaml",
            """
            schema: tiltmeter.pack/v1
            name: own
            version: "1"
            probes:
            - {id: a, kind: harmful, behaviour: a, category: fraud, prompt: p}
            """);
    Path draft = policy("p.yaml", "categories: {fraud: {margin: 0.1}}\n");

    assertThat(Cli.run("policy", "check", draft, "--pack", pack).code()).isZero();
    Cli without = Cli.run("policy", "check", draft);
    assertThat(without.code()).isEqualTo(ExitCode.REFUSED);
    assertThat(without.out()).contains(draft + ":1:14: unknown key \"fraud\" in categories");
  }

  @Test
  void diff_twoPolicies_showsWhatGetsLaxerFirst() {
    Path draft = policy("p.yaml", "version: 2\ngate: {margin: 0.02, alpha_block: 0.001}\n");

    Cli cli = Cli.run("policy", "diff", DEFAULT, draft);

    assertThat(cli.code()).isZero();
    assertThat(cli.out().lines().map(line -> line.replaceAll("sha256:\\S+", "sha256")))
        .containsExactly(
            "from default, version 1, sha256",
            "to   default, version 2, sha256",
            "3 changes: 1 laxer, 1 stricter, 1 neither",
            "value             from     to    effect",
            "───────────────────────────────────────",
            "gate.alpha_block  0.01  0.001     laxer",
            "gate.margin       0.05   0.02  stricter",
            "version              1      2");
  }

  @Test
  void diff_asJson_hasDigestsAndChanges() {
    Path draft = policy("p.yaml", "rules: [{name: many, when: flips.lost > 3, then: review}]\n");

    JsonNode diff = Cli.run("policy", "diff", DEFAULT, draft, "--json").json();

    assertThat(diff.path("from").asString("")).startsWith("sha256:");
    assertThat(diff.path("to").asString("")).isNotEqualTo(diff.path("from").asString(""));
    assertThat(diff.path("changes").size()).isEqualTo(1);
    JsonNode change = diff.path("changes").path(0);
    assertThat(change.path("path").asString("")).isEqualTo("rules.many");
    assertThat(change.path("from").isNull()).isTrue();
    assertThat(change.path("to").path("then").asString("")).isEqualTo("review");
    assertThat(change.path("to").path("when").asString("")).isEqualTo("flips.lost > 3");
    assertThat(change.path("effect").asString("")).isEqualTo("stricter");
  }

  @Test
  void diff_policiesThatMeanTheSame_saysSo() {
    Path same = policy("p.yaml", "gate: {margin: 0.050}\n");
    Path reordered =
        policy("q.yaml", "scan: {block: [grader, refusal-suppression, explicit-harm]}\n");

    assertThat(Cli.run("policy", "diff", DEFAULT, same).out()).endsWith("They mean the same.\n");
    assertThat(Cli.run("policy", "diff", DEFAULT, reordered).out())
        .endsWith("They mean the same; only the order of what they list differs.\n");
  }

  @Test
  void diff_brokenPolicy_saysEveryProblem() {
    Path broken = policy("p.yaml", "gate: {margin: 1, alpha_pass: 0}\n");

    Cli cli = Cli.run("policy", "diff", DEFAULT, broken);

    assertThat(cli.code()).isEqualTo(ExitCode.FAILED);
    assertThat(cli.err())
        .isEqualTo(
            """
            tiltmeter: policy %1$s cannot be used:
            %1$s:1:16: "margin" must be above 0 and below 1, got 1
            %1$s:1:31: "alpha_pass" must be above 0 and below 0.5, got 0
            """
                .formatted(broken));
  }

  @Test
  void diff_oneFile_isUsageError() {
    assertThat(Cli.run("policy", "diff", DEFAULT).code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void schema_ofEachKindOfFile_isTheShippedOne() throws IOException {
    Path resources = Cli.ROOT.resolve("gateway/src/main/resources/io/tiltmeter/gateway");

    assertThat(Cli.run("policy", "schema").out())
        .isEqualTo(Files.readString(resources.resolve("policyfile/policy.schema.json")));
    assertThat(Cli.run("pack", "schema").out())
        .isEqualTo(Files.readString(resources.resolve("packfile/pack.schema.json")));
    assertThat(Cli.run("pack", "schema", "--probe").out())
        .isEqualTo(Files.readString(resources.resolve("packfile/probe.schema.json")));
    Cli line = Cli.run("policy", "schema", "--json");
    assertThat(line.out().lines()).hasSize(1);
    assertThat(line.json().path("title").asString("")).startsWith("Tiltmeter policy");
  }

  @Test
  void defaultPolicy_namesItsSchemaToEditors() throws IOException {
    String first = Files.readAllLines(DEFAULT).getFirst();
    String reference = first.replace("# yaml-language-server: $schema=", "");

    assertThat(first).startsWith("# yaml-language-server: $schema=");
    assertThat(DEFAULT.resolveSibling(reference)).isRegularFile();
  }

  @Test
  void check_withTraits_showsThePolicyOfSuchJobs() {
    Path file =
        policy(
            "p.yaml",
            """
            profiles:
            - {name: gold, tiers: [gold], gate: {margin: 0.02}}
            - {name: llama, base_models: ["llama-*"], gate: {margin: 0.03}}
            """);

    JsonNode gold = Cli.run("policy", "check", file, "--tier", "gold", "--json").json();
    JsonNode llama = Cli.run("policy", "check", file, "--base-model", "llama-1", "--json").json();
    JsonNode other = Cli.run("policy", "check", file, "--tenant", "acme", "--json").json();
    assertThat(gold.path("policy").path("gate").path("margin").asDouble(0)).isEqualTo(0.02);
    assertThat(gold.path("policy").path("name").asString("")).isEqualTo("default/gold");
    assertThat(gold.path("policy_digest").asString("")).startsWith("sha256:");
    assertThat(gold.path("problems").size()).isZero();
    assertThat(llama.path("policy").path("gate").path("margin").asDouble(0)).isEqualTo(0.03);
    assertThat(other.path("policy").path("gate").path("margin").asDouble(0)).isEqualTo(0.05);
    Cli text = Cli.run("policy", "check", file, "--profile", "gold");
    assertThat(text.out())
        .contains("  margin: 0.02\n", "disclosure: rates\n")
        .endsWith("# " + gold.path("policy_digest").asString("") + "\n");
  }

  @Test
  void check_anUnknownProfile_isUsageErrorThatNamesThem() {
    Path file = policy("p.yaml", "profiles: [{name: gold, tiers: [gold]}]\n");

    Cli cli = Cli.run("policy", "check", file, "--profile", "silver");
    assertThat(cli.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cli.err())
        .startsWith(
            "expected a profile of %s (gold) as --profile, found \"silver\"\n".formatted(file));
    assertThat(Cli.run("policy", "check", DEFAULT, "--profile", "gold").err())
        .startsWith(
            "expected a profile of %s (it has none) as --profile, found \"gold\"\n"
                .formatted(DEFAULT));
  }
}
