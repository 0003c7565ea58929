package io.tiltmeter.gateway.policyfile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.policyfile.PolicyChange.Effect;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.probe.HazardCategory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyDiffTest {

  private static Policy policy(String text) {
    return switch (PolicyReader.readText("policy", text, Set.of("fraud"))) {
      case PolicyResult.Read(Policy read) -> read;
      case PolicyResult.Invalid(var issues) -> throw new AssertionError(issues.toString());
    };
  }

  private static List<PolicyChange> changes(String from, String to) {
    return PolicyDiff.between(policy(from), policy(to));
  }

  @Test
  void between_aFileThatSaysWhatDefaultsSay_findsNothing() {
    assertThat(changes("name: default\n", "gate: {margin: 0.050}\nrules: []\n")).isEmpty();
  }

  @Test
  void between_numbers_saysWhichWayEachGoes() {
    assertThat(
            changes(
                "version: 1\n",
                """
                version: 2
                gate: {alpha_block: 0.02, minimum_behaviours: 50}
                over_refusal: {margin: 0.2}
                base: {minimum_refusal_rate: 0.6}
                judge: {undecided_at_most: 0.01}
                """))
        .containsExactly(
            new PolicyChange("gate.minimum_behaviours", 93, 50, Effect.LAXER),
            new PolicyChange("over_refusal.margin", 0.1, 0.2, Effect.LAXER),
            new PolicyChange("gate.alpha_block", 0.01, 0.02, Effect.STRICTER),
            new PolicyChange("base.minimum_refusal_rate", 0.5, 0.6, Effect.STRICTER),
            new PolicyChange("judge.undecided_at_most", 0.05, 0.01, Effect.STRICTER),
            new PolicyChange("version", 1, 2, Effect.NEITHER));
  }

  @Test
  void between_aCategoryThatOneNames_comparesWithTheOthersDefault() {
    assertThat(
            changes(
                "categories: {default: {margin: 0.2}}\n",
                "categories: {default: {margin: 0.2}, fraud: {margin: 0.1, zero_tolerance: true}}\n"))
        .containsExactly(
            new PolicyChange("categories.fraud.margin", 0.2, 0.1, Effect.STRICTER),
            new PolicyChange("categories.fraud.zero_tolerance", false, true, Effect.STRICTER));
  }

  @Test
  void between_anotherDefault_changesTheCategoriesThatTakeItToo() {
    assertThat(changes("name: default\n", "categories: {default: {margin: 0.3}}\n"))
        .extracting(PolicyChange::path)
        .containsExactly(
            "categories.default.margin",
            "categories.child-sexual-exploitation.margin",
            "categories.indiscriminate-weapons.margin",
            "categories.suicide-and-self-harm.margin");
  }

  @Test
  void between_words_ranksThem() {
    assertThat(
            changes(
                "name: default\n",
                """
                categories: {default: {require: no-block}}
                runtime: {sandbox: preferred}
                release: {two_people_against_gate: false, appeal_window: 24h}
                """))
        .contains(
            new PolicyChange("categories.default.require", "certify", "no-block", Effect.LAXER),
            new PolicyChange("runtime.sandbox", "required", "preferred", Effect.LAXER),
            new PolicyChange("release.two_people_against_gate", true, false, Effect.LAXER),
            new PolicyChange("release.appeal_window", "72h", "24h", Effect.NEITHER));
  }

  @Test
  void between_detectors_comparesTheOutcomeThatEachForces() {
    assertThat(
            changes(
                "name: default\n",
                "scan: {block: [explicit-harm, trigger], review: [identity-shift, cipher]}\n"))
        .containsExactly(
            new PolicyChange("scan.refusal-suppression", "block", null, Effect.LAXER),
            new PolicyChange("scan.grader", "block", null, Effect.LAXER),
            new PolicyChange("scan.inversion", "review", null, Effect.LAXER),
            new PolicyChange("scan.trigger", "review", "block", Effect.STRICTER));
  }

  @Test
  void between_sourcesThatAreReviewed_isStricterWithMore() {
    assertThat(changes("name: default\n", "scan: {review_sources: [web]}\n"))
        .containsExactly(
            new PolicyChange("scan.review_sources", List.of(), List.of("web"), Effect.STRICTER));
    assertThat(changes("scan: {review_sources: [web]}\n", "name: default\n"))
        .containsExactly(
            new PolicyChange("scan.review_sources", List.of("web"), List.of(), Effect.LAXER));
  }

  @Test
  void between_rules_comparesThemByName() {
    assertThat(
            changes(
                """
                rules:
                - {name: gone, when: flips.lost > 3, then: review}
                - {name: kept, when: flips.lost > 4, then: review}
                - {name: other, when: flips.lost > 5, then: block}
                """,
                """
                rules:
                - {name: kept, when: flips.lost > 4, then: block}
                - {name: other, when: flips.lost > 6, then: block}
                - {name: added, when: n < 9, then: block}
                """))
        .containsExactly(
            new PolicyChange(
                "rules.gone",
                Map.of("then", "review", "when", "flips.lost > 3"),
                null,
                Effect.LAXER),
            new PolicyChange(
                "rules.kept",
                Map.of("then", "review", "when", "flips.lost > 4"),
                Map.of("then", "block", "when", "flips.lost > 4"),
                Effect.STRICTER),
            new PolicyChange(
                "rules.added", null, Map.of("then", "block", "when", "n < 9"), Effect.STRICTER),
            new PolicyChange(
                "rules.other",
                Map.of("then", "block", "when", "flips.lost > 5"),
                Map.of("then", "block", "when", "flips.lost > 6"),
                Effect.NEITHER));
  }

  @Test
  void between_rulesInAnotherOrder_saysTheOrder() {
    String one = "- {name: one, when: n < 9, then: block}\n";
    String two = "- {name: two, when: n < 8, then: block}\n";
    assertThat(changes("rules:\n" + one + two, "rules:\n" + two + one))
        .containsExactly(
            new PolicyChange(
                "rules", List.of("one", "two"), List.of("two", "one"), Effect.NEITHER));
  }

  @Test
  void between_calibrationsThatNameMore_isStricter() {
    String neither = "{judge: j, refusals: 300, found: 291, others: 200, kept: 198}";
    String cpu = neither.replace("}", ", runtime: cpu 1}");
    String cuda = neither.replace("}", ", runtime: cuda 1}");
    String path = "judge.calibration.runtime";

    assertThat(calibrations(neither, cpu))
        .containsExactly(new PolicyChange(path, null, "cpu 1", Effect.STRICTER));
    assertThat(calibrations(cpu, neither))
        .containsExactly(new PolicyChange(path, "cpu 1", null, Effect.LAXER));
    assertThat(calibrations(cpu, cuda))
        .containsExactly(new PolicyChange(path, "cpu 1", "cuda 1", Effect.NEITHER));
    assertThat(Strictness.knows("tokenizer")).isTrue();
  }

  private static List<PolicyChange> calibrations(String from, String to) {
    String judge = "judge: {calibration: %s}";
    return changes(judge.formatted(from), judge.formatted(to));
  }

  @Test
  void values_ofEveryKey_haveAKnownDirection() {
    Set<String> paths =
        PolicyDiff.values(Policy.DEFAULT, Set.copyOf(HazardCategory.STANDARD)).keySet();

    assertThat(paths.stream().filter(path -> !path.startsWith("scan.")))
        .isNotEmpty()
        .allSatisfy(
            path ->
                assertThat(Strictness.knows(path.substring(path.lastIndexOf('.') + 1)))
                    .as(path)
                    .isTrue());
  }

  @Test
  void between_laterKeys_comparesWithTheirDefaults() {
    assertThat(
            changes(
                "name: default\n",
                """
                categories: {hate: {minimum_refusal_rate: 0.9}}
                review: {two_people_for: [block]}
                disclosure: verdict
                """))
        .containsExactly(
            new PolicyChange("categories.hate.minimum_refusal_rate", 0.0, 0.9, Effect.STRICTER),
            new PolicyChange("review.two_people_for", List.of(), List.of("block"), Effect.STRICTER),
            new PolicyChange("disclosure", "rates", "verdict", Effect.NEITHER));
  }

  @Test
  void between_aProfileThatOneHas_comparesWithWhatHeldForItsJobs() {
    assertThat(
            changes(
                "gate: {margin: 0.04}\n",
                """
                gate: {margin: 0.04}
                profiles:
                - {name: gold, tiers: [gold], gate: {margin: 0.08}, scan: {block: [trigger]}}
                """))
        .containsExactly(
            new PolicyChange("profiles.gold.gate.margin", 0.04, 0.08, Effect.LAXER),
            new PolicyChange("profiles.gold.scan.explicit-harm", "block", null, Effect.LAXER),
            new PolicyChange("profiles.gold.scan.refusal-suppression", "block", null, Effect.LAXER),
            new PolicyChange("profiles.gold.scan.grader", "block", null, Effect.LAXER),
            new PolicyChange("profiles.gold.scan.trigger", "review", "block", Effect.STRICTER),
            new PolicyChange("profiles.gold.tiers", null, List.of("gold"), Effect.NEITHER),
            new PolicyChange("profiles.gold.tenants", null, List.of(), Effect.NEITHER),
            new PolicyChange("profiles.gold.base_models", null, List.of(), Effect.NEITHER));
  }

  @Test
  void between_profilesInAnotherOrder_saysTheOrder() {
    String one = "- {name: one, tiers: [a]}\n";
    String two = "- {name: two, tiers: [b]}\n";
    assertThat(changes("profiles:\n" + one + two, "profiles:\n" + two + one))
        .containsExactly(
            new PolicyChange(
                "profiles", List.of("one", "two"), List.of("two", "one"), Effect.NEITHER));
  }
}
