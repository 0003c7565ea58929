package io.tiltmeter.gateway.sourcefile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.packfile.PackReader;
import io.tiltmeter.gateway.packfile.PackReaderTest;
import io.tiltmeter.gateway.packfile.PackResult;
import io.tiltmeter.gateway.policyfile.PolicyReader;
import io.tiltmeter.gateway.policyfile.PolicyReaderTest;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.HazardCategory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers and shipped JSON Schemas agree on which keys and types are right. */
class SchemaAgreementTest {
  private static final int SEEDS = 600;
  private static final Path PACK = Golden.resource(PackReaderTest.class, "good/pack.yaml");
  private static final Path PROBES = Golden.resource(PackReaderTest.class, "good/probes.jsonl");
  private static final Path SINGLE =
      Golden.resource(PackReaderTest.class, "good-single/single.yaml");
  private static final Path ROOT = Path.of(System.getProperty("tiltmeter.root"));
  private static final Path POLICY = ROOT.resolve("fixtures/policies/default.yaml");
  private static final String RULES =
      """

      rules: [{name: many, when: flips.lost > 3, then: review}]
      review: {two_people_for: [block]}
      disclosure: probes
      profiles:
      - name: gold
        tiers: [gold]
        tenants: [acme]
        base_models: ["llama-*"]
        gate: {margin: 0.04}
        categories: {hate: {minimum_refusal_rate: 0.9}}
        disclosure: verdict
      """;
  private static final Set<String> TYPO_CATEGORIES =
      Stream.concat(HazardCategory.STANDARD.stream(), Stream.of("default"))
          .map(name -> name + TreeMutation.TYPO)
          .collect(Collectors.toSet());

  @TempDir private Path folder;

  @Test
  void schemas_goodExamples_findNothing() throws IOException {
    assertThat(JsonSchemas.problems("pack.schema.json", tree(PACK))).isEmpty();
    assertThat(JsonSchemas.problems("pack.schema.json", tree(SINGLE))).isEmpty();
    assertThat(JsonSchemas.problems("policy.schema.json", tree(POLICY))).isEmpty();
    for (Node probe : JsonLines.read(PROBES, new Issues("probes.jsonl"))) {
      assertThat(JsonSchemas.problems("probe.schema.json", probe.toPlain())).isEmpty();
    }
  }

  @Test
  void schemas_shippedPacks_findNothing() throws IOException {
    for (String name : List.of("tiny", "core-en")) {
      Path pack = ROOT.resolve("fixtures/packs").resolve(name);
      assertThat(JsonSchemas.problems("pack.schema.json", tree(pack.resolve("pack.yaml"))))
          .isEmpty();
      for (Node probe : JsonLines.read(pack.resolve("probes.jsonl"), new Issues("probes.jsonl"))) {
        assertThat(JsonSchemas.problems("probe.schema.json", probe.toPlain())).isEmpty();
      }
    }
  }

  /** Those whose problem is one of keys and types; conditions and references no schema checks. */
  @Test
  void schemas_badFiles_findProblemsToo() throws IOException {
    for (String name : List.of("rules", "types")) {
      Path policy = Golden.resource(PolicyReaderTest.class, "bad/" + name + "/policy.yaml");
      assertThat(JsonSchemas.problems("policy.schema.json", tree(policy))).as(name).isNotEmpty();
    }
    for (String name : List.of("header", "keys", "list")) {
      Path pack = Golden.resource(PackReaderTest.class, "bad/" + name + "/pack.yaml");
      assertThat(JsonSchemas.problems("pack.schema.json", tree(pack))).as(name).isNotEmpty();
    }
  }

  @Test
  void schemas_calibration_agreesWithReader() throws IOException {
    String known = "{judge: phrase-2, refusals: 300, found: 291, others: 200, kept: 198}";
    String digest = Digest.of("tokenizer").toString();
    String named = known.replace("}", ", runtime: cpu 1, tokenizer: \"%s\"}".formatted(digest));
    List<String> good = List.of(known, named);
    List<String> bad =
        List.of(
            known.replace(", kept: 198", ""),
            named.replace("sha256:", "sha1:"),
            named.replace("cpu 1", "1"),
            "{}",
            "300");
    for (String text : Stream.concat(good.stream(), bad.stream()).toList()) {
      Path file = folder.resolve("policy.yaml");
      Files.writeString(file, "judge: {calibration: %s}".formatted(text));
      assertThat(PolicyReader.read(file) instanceof PolicyResult.Read)
          .as(text)
          .isEqualTo(JsonSchemas.problems("policy.schema.json", tree(file)).isEmpty())
          .isEqualTo(good.contains(text));
    }
  }

  @Test
  void schemas_mutatedPacks_agreeWithReader() throws IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      Object mutated = new TreeMutation(seed).apply(tree(SINGLE));
      Path file = write(mutated);
      List<?> found =
          switch (PackReader.read(file)) {
            case PackResult.Read _ -> List.of();
            case PackResult.Invalid(List<Issue> issues) -> issues;
          };
      assertAgreement(seed, mutated, "pack.schema.json", found);
    }
  }

  @Test
  void schemas_mutatedPolicies_agreeWithReader() throws IOException {
    String shipped = Files.readString(POLICY);
    String text = shipped.substring(0, shipped.indexOf("\nrules: ")) + RULES;
    Object policy = plain(YamlFile.parse(text, new Issues("policy.yaml")));
    for (long seed = 0; seed < SEEDS; seed++) {
      Object mutated = new TreeMutation(seed).apply(policy);
      List<?> found =
          switch (PolicyReader.read(write(mutated), TYPO_CATEGORIES)) {
            case PolicyResult.Read _ -> List.of();
            case PolicyResult.Invalid(List<Issue> issues) -> issues;
          };
      assertAgreement(seed, mutated, "policy.schema.json", found);
    }
  }

  private static void assertAgreement(long seed, Object mutated, String schema, List<?> found) {
    List<?> problems = JsonSchemas.problems(schema, mutated);
    assertThat(found.isEmpty())
        .as("seed %d: reader %s, schema %s: %s", seed, found, problems, mutated)
        .isEqualTo(problems.isEmpty());
  }

  private Path write(Object tree) throws IOException {
    return Files.writeString(folder.resolve("file.yaml"), CanonicalJson.of(tree));
  }

  private static Object tree(Path file) throws IOException {
    return plain(YamlFile.read(file, new Issues(file.toString())));
  }

  private static Object plain(Node node) {
    return Objects.requireNonNull(node.toPlain());
  }
}
