package io.tiltmeter.gateway.policyfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tiltmeter.gateway.sourcefile.Golden;
import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.policy.gate.JobTraits;
import io.tiltmeter.policy.gate.JudgeCalibration;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Policy.Category;
import io.tiltmeter.policy.gate.Policy.Gate;
import io.tiltmeter.policy.gate.Policy.Require;
import io.tiltmeter.policy.gate.Policy.Scan;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Policies as their reader finds them, right and wrong. */
public class PolicyReaderTest {
  private static final Path SHIPPED =
      Path.of(System.getProperty("tiltmeter.root"), "fixtures/policies/default.yaml");

  @TempDir private Path folder;

  private Policy policy(String text, String... packCategories) throws IOException {
    return policy(Files.writeString(folder.resolve("policy.yaml"), text), packCategories);
  }

  private static Policy policy(Path file, String... packCategories) throws IOException {
    return switch (PolicyReader.read(file, Set.of(packCategories))) {
      case PolicyResult.Read(Policy policy) -> policy;
      case PolicyResult.Invalid(List<Issue> issues) -> throw new AssertionError(issues);
    };
  }

  private static final String CALIBRATION =
      "{judge: phrase-2, refusals: 300, found: 291, others: 200, kept: 198}";

  @Test
  void read_shippedDefault_isDefaultPolicy() throws IOException {
    assertThat(policy(SHIPPED)).isEqualTo(Policy.DEFAULT);
  }

  @Test
  void read_fileThatSaysNothing_isDefaultPolicy() throws IOException {
    assertThat(policy("{}")).isEqualTo(Policy.DEFAULT);
    assertThat(policy("schema: tiltmeter.policy/v1\n")).isEqualTo(Policy.DEFAULT);
  }

  @Test
  void read_oneKey_changesNothingElse() throws IOException {
    assertThat(policy("gate: {margin: 0.1}").gate()).isEqualTo(new Gate(0.1, 0.05, 0.01, 93));
  }

  @Test
  void read_categories_inheritFromDefaultOfFileAndOfPolicy() throws IOException {
    Policy policy =
        policy(
            """
            categories:
              default: {margin: 0.2}
              indiscriminate-weapons: {margin: 0.1}
              privacy: {require: no-block}
            """);

    assertThat(policy.categories().of("hate"))
        .isEqualTo(new Category(0.2, Require.CERTIFY, false, 0));
    assertThat(policy.categories().of("child-sexual-exploitation"))
        .isEqualTo(new Category(0.2, Require.NO_BLOCK, true, 0));
    assertThat(policy.categories().of("indiscriminate-weapons"))
        .isEqualTo(new Category(0.1, Require.CERTIFY, true, 0));
    assertThat(policy.categories().of("privacy"))
        .isEqualTo(new Category(0.2, Require.NO_BLOCK, false, 0));
  }

  @Test
  void read_packCategory_isKnownOnlyWithThatPack() throws IOException {
    String text = "categories: {house-rules: {zero_tolerance: true}}";

    assertThat(policy(text, "house-rules").categories().of("house-rules").zeroTolerance()).isTrue();
    assertThat(PolicyReader.read(folder.resolve("policy.yaml")))
        .isInstanceOf(PolicyResult.Invalid.class);
  }

  @Test
  void read_detectorMovedToBlock_leavesDefaultReview() throws IOException {
    assertThat(policy("scan: {block: [trigger]}").scan())
        .isEqualTo(
            new Scan(
                List.of("trigger"), List.of("identity-shift", "cipher", "inversion"), List.of()));
  }

  @Test
  void read_reviewSources_givesThem() throws IOException {
    assertThat(policy("scan: {review_sources: [user_influenced, unknown]}").scan().reviewSources())
        .containsExactly(Source.USER_INFLUENCED, Source.UNKNOWN);
  }

  @Test
  void read_durations_haveUnits() throws IOException {
    assertThat(window("0h")).isEqualTo(Duration.ZERO);
    assertThat(window("45s")).isEqualTo(Duration.ofSeconds(45));
    assertThat(window("30m")).isEqualTo(Duration.ofMinutes(30));
    assertThat(window("7d")).isEqualTo(Duration.ofDays(7));
  }

  private Duration window(String text) throws IOException {
    return policy("release: {appeal_window: %s}".formatted(text)).release().appealWindow();
  }

  private Policy withProfiles() throws IOException {
    return policy(
        """
        name: ours
        gate: {margin: 0.04, minimum_behaviours: 50}
        categories: {default: {margin: 0.2}, hate: {margin: 0.1}}
        scan: {block: [trigger]}
        rules: [{name: many, when: flips.lost > 3, then: review}]
        disclosure: verdict
        profiles:
        - name: gold
          tiers: [gold]
          tenants: [acme]
          gate: {margin: 0.02}
          categories: {default: {margin: 0.3}, privacy: {minimum_refusal_rate: 0.9}}
        - name: llama
          base_models: ["llama-*"]
          rules: []
          scan: {review: [trigger]}
          disclosure: probes
          review: {two_people_for: [block]}
        """);
  }

  @Test
  void read_aProfile_overlaysTheFile() throws IOException {
    Policy file = withProfiles();
    Policy gold = file.effectiveFor(new JobTraits("acme", "standard", "llama-1"));
    Policy rest = file.effectiveFor(new JobTraits("other", "standard", "qwen"));

    assertThat(gold.name()).isEqualTo("ours/gold");
    assertThat(gold.gate()).isEqualTo(new Gate(0.02, 0.05, 0.01, 50));
    assertThat(gold.categories().of("hate"))
        .isEqualTo(new Category(0.1, Require.CERTIFY, false, 0));
    assertThat(gold.categories().of("privacy"))
        .isEqualTo(new Category(0.3, Require.CERTIFY, false, 0.9));
    assertThat(gold.categories().of("suicide-and-self-harm"))
        .isEqualTo(new Category(0.3, Require.CERTIFY, true, 0));
    assertThat(gold.rules()).isEqualTo(file.rules());
    assertThat(gold.disclosure()).isEqualTo(Policy.Disclosure.VERDICT);
    assertThat(rest).isEqualTo(file.withoutProfiles());
    assertThat(rest.name()).isEqualTo("ours");
  }

  @Test
  void read_listsOfAProfile_takeThePlaceOfTheFiles() throws IOException {
    Policy llama = withProfiles().effectiveFor(new JobTraits("other", "standard", "llama-1"));

    assertThat(llama.rules()).isEmpty();
    assertThat(llama.scan().block()).isEmpty();
    assertThat(llama.scan().review()).containsExactly("trigger");
    assertThat(llama.disclosure()).isEqualTo(Policy.Disclosure.PROBES);
    assertThat(llama.review().twoPeopleFor()).containsExactly(Policy.HeldBy.BLOCK);
    assertThat(llama.gate().margin()).isEqualTo(0.04);
  }

  @Test
  void digest_keysThatCameLater_countOnlyWhereTheySayMore() throws IOException {
    Digest digest = PolicyDigest.of(Policy.DEFAULT);

    for (String usual :
        List.of(
            "disclosure: rates",
            "review: {two_people_for: []}",
            "profiles: []",
            "scan: {review_sources: []}",
            "categories: {default: {minimum_refusal_rate: 0}}")) {
      assertThat(PolicyDigest.of(policy(usual))).as(usual).isEqualTo(digest);
    }
    for (String other :
        List.of(
            "disclosure: verdict",
            "review: {two_people_for: [block]}",
            "profiles: [{name: a, tiers: [b]}]",
            "scan: {review_sources: [web]}",
            "categories: {default: {minimum_refusal_rate: 0.5}}")) {
      assertThat(PolicyDigest.of(policy(other))).as(other).isNotEqualTo(digest);
    }
  }

  @Test
  void yaml_ofAPolicyWithEveryLaterKey_readsAsTheSame() throws IOException {
    Policy policy =
        policy(
            """
            categories: {default: {minimum_refusal_rate: 0.5}, hate: {minimum_refusal_rate: 0}}
            review: {two_people_for: [dataset]}
            disclosure: probes
            profiles:
            - {name: gold, tiers: [gold], disclosure: rates, review: {two_people_for: []}}
            - name: silver
              tiers: [silver]
              categories: {default: {minimum_refusal_rate: 0}, privacy: {minimum_refusal_rate: 1}}
            """);

    assertThat(PolicyDigest.of(policy(PolicyTree.yaml(policy)))).isEqualTo(PolicyDigest.of(policy));
    assertThat(policy(PolicyTree.yaml(policy))).isEqualTo(policy);
    assertThat(policy(PolicyTree.wholeYaml(policy))).isEqualTo(policy);
    Policy silver = policy.profiles().getLast().policy();
    assertThat(policy(PolicyTree.yaml(silver))).isEqualTo(silver);
  }

  @Test
  void read_missingFile_isAnIoException() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> PolicyReader.read(folder.resolve("none.yaml")));
  }

  @Test
  void yaml_anyPolicy_readsAsTheSameWithTheSameDigest() throws IOException {
    Policy policy =
        policy(
            """
            name: "yes"
            categories: {default: {margin: 0.2}, hate: {zero_tolerance: true}}
            release: {appeal_window: 90s}
            """);
    Policy again = policy(PolicyTree.yaml(policy));

    assertThat(again).isEqualTo(policy);
    assertThat(PolicyDigest.of(again)).isEqualTo(PolicyDigest.of(policy));
  }

  @Test
  void yaml_calibration_readsAsTheSame() throws IOException {
    Policy policy = policy("judge: {calibration: " + CALIBRATION + "}");

    assertThat(policy.judge().calibration())
        .isEqualTo(new JudgeCalibration("phrase-2", 300, 291, 200, 198));
    assertThat(policy(PolicyTree.yaml(policy))).isEqualTo(policy);
    assertThat(PolicyDigest.of(policy)).isNotEqualTo(PolicyDigest.of(Policy.DEFAULT));
  }

  @Test
  void yaml_calibrationForARuntimeAndATokenizer_readsAsTheSame() throws IOException {
    String digest = Digest.of("tokenizer").toString();
    String named =
        CALIBRATION.replace("}", ", runtime: cpu 1.22.0, tokenizer: \"%s\"}".formatted(digest));
    Policy policy = policy("judge: {calibration: " + named + "}");

    assertThat(policy.judge().calibration())
        .isEqualTo(new JudgeCalibration("phrase-2", 300, 291, 200, 198, "cpu 1.22.0", digest));
    assertThat(policy(PolicyTree.yaml(policy))).isEqualTo(policy);
    assertThat(PolicyTree.yaml(policy("judge: {calibration: " + CALIBRATION + "}")))
        .as("what names neither keeps its digest")
        .doesNotContain("tokenizer");
  }

  @Test
  void digest_otherOrderAndSpelling_isTheSame() throws IOException {
    Policy one = policy("release: {appeal_window: 3d}\ngate: {margin: 0.10}");
    Policy other = policy("gate: {margin: 1e-1, alpha_pass: 0.05}");

    assertThat(PolicyDigest.of(one)).isEqualTo(PolicyDigest.of(other));
    assertThat(PolicyDigest.of(one)).isNotEqualTo(PolicyDigest.of(Policy.DEFAULT));
  }

  @Test
  void digest_defaultPolicy_isDigestOfCanonicalText() throws IOException {
    Path canonical = Golden.resource(getClass(), "default.canonical.json");

    assertThat(PolicyDigest.of(Policy.DEFAULT)).isEqualTo(Digest.of(Files.readString(canonical)));
  }

  @TestFactory
  List<DynamicTest> read_badPolicy_givesExactProblems() throws IOException {
    return Golden.foldersIn(Golden.resource(getClass(), "bad")).stream()
        .map(bad -> DynamicTest.dynamicTest(bad.getFileName().toString(), () -> assertIssues(bad)))
        .toList();
  }

  private static void assertIssues(Path bad) throws IOException {
    switch (PolicyReader.read(bad.resolve("policy.yaml"))) {
      case PolicyResult.Read read -> throw new AssertionError(read);
      case PolicyResult.Invalid(List<Issue> issues) -> Golden.assertIssues(bad, issues);
    }
  }
}
