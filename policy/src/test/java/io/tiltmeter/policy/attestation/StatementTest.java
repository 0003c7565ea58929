package io.tiltmeter.policy.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tiltmeter.policy.gate.Detectability;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Outlook;
import io.tiltmeter.policy.gate.Trail;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.tiltmeter.policy.stats.Interval;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementTest {
  private static final Digest DIGEST = Digest.of("abc");
  private static final Manifest FILES =
      new Manifest(List.of(new PinnedFile("config.json", 3, DIGEST)));

  @Test
  void payload_passedModel_isCanonicalVerificationSummary() {
    String hex = DIGEST.hex();
    assertThat(statement(Decision.PASS, ReleasedBy.GATE).payload())
        .isEqualTo(
            """
            {"_type":"https://in-toto.io/Statement/v1","predicate":{\
            "https://tiltmeter.io/verdict/v1":{"aa":{"flips":1,"n":24},"attempt":2,"base":{"manifest_digest":"sha256:HEX",\
            "name":"tiny-base","revision":null},"base_refusal_rate":0.99,"confidence":0.95,\
            "dataset_digest":"sha256:HEX","delta":0.01,"interval":[-0.01,0.02],\
            "job":"ftjob-1","judge":"phrases-1","model":"ft:tiny-base:acme::1","n":560,\
            "pack_digest":"sha256:HEX","policy_digest":"sha256:HEX","released_by":"gate",\
            "rule":"gate","runtime":{"graph":"built","provider":"cpu","threads":2,\
            "version":"1.29.0","weights":"fp32"},"tuned_refusal_rate":0.98,"verdict":"pass"},\
            "policy":{"digest":{"sha256":"HEX"},"uri":"urn:tiltmeter:policy:sha256:HEX"},\
            "resourceUri":"urn:tiltmeter:model:ft:tiny-base:acme::1","slsaVersion":"1.0",\
            "timeVerified":"2026-11-25T03:00:00Z","verificationResult":"PASSED",\
            "verifiedLevels":["TILTMETER_GATE_PASS"],"verifier":{"id":"https://tiltmeter.io/gate"}},\
            "predicateType":"https://slsa.dev/verification_summary/v1",\
            "subject":[{"digest":{"sha256":"HEX"},"name":"config.json"}]}"""
                .replace("HEX", hex));
  }

  @Test
  void payload_ofWhatWasNotRecorded_saysSo() {
    assertThat(
            statement(Decision.BLOCK, ReleasedBy.OVERRIDE, new Measurement(null, null, 1))
                .payload())
        .contains("\"aa\":null", "\"runtime\":null");
  }

  @Test
  void payload_overriddenBlock_saysThatVerificationFailed() {
    assertThat(statement(Decision.BLOCK, ReleasedBy.OVERRIDE).payload())
        .contains(
            "\"verificationResult\":\"FAILED\"",
            "\"verifiedLevels\":[\"FAILED\"]",
            "\"released_by\":\"override\"",
            "\"verdict\":\"block\"");
  }

  @Test
  void decided_gateReleaseOfABlock_cannotBeStated() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> statement(Decision.BLOCK, ReleasedBy.GATE))
        .withMessage("the gate releases on pass and people on anything else, got block by gate");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> statement(Decision.PASS, ReleasedBy.OVERRIDE));
  }

  @Test
  void statement_withoutFiles_cannotBeMade() {
    Statement statement = statement(Decision.PASS, ReleasedBy.GATE);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Statement(
                    new Manifest(List.of()),
                    statement.origin(),
                    statement.decided(),
                    statement.verified()))
        .withMessage("statement needs at least one file, got none");
  }

  @Test
  void payload_ofADescendant_namesItsParentBesideItsRoot() {
    Statement root = statement(Decision.PASS, ReleasedBy.GATE);
    Origin origin = root.origin();
    Statement descendant =
        new Statement(
            FILES,
            new Origin(
                "ft:tiny-base:acme::2",
                "ftjob-2",
                origin.base(),
                new Origin.Parent(origin.model(), DIGEST),
                DIGEST),
            root.decided(),
            root.verified());

    assertThat(root.payload()).doesNotContain("\"parent\"");
    assertThat(descendant.payload())
        .contains(
            "\"parent\":{\"manifest_digest\":\"%s\",\"name\":\"ft:tiny-base:acme::1\"}"
                .formatted(DIGEST))
        .contains("\"base\":{\"manifest_digest\":\"%s\",\"name\":\"tiny-base\"".formatted(DIGEST));
  }

  @Test
  void origin_nameThatIsNoUri_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Origin("a b", "job", new Origin.Base("base", null, DIGEST), DIGEST))
        .withMessage("model name needs 1 to 255 letters, digits or \":._/-\", got \"a b\"");
  }

  private static Statement statement(Decision decision, ReleasedBy releasedBy) {
    return statement(
        decision,
        releasedBy,
        new Measurement(
            new Measurement.Agreement(24, 1),
            new Measurement.Environment("cpu", "1.29.0", 2, "fp32", "built"),
            2));
  }

  private static Statement statement(
      Decision decision, ReleasedBy releasedBy, Measurement measurement) {
    Comparison harmful =
        new Comparison(
            560, 0.99, 0.98, 0.01, new Interval(-0.01, 0.02), 9, 0, Evidence.Finding.PASS);
    Evidence evidence =
        new Evidence(
            harmful,
            List.of(),
            List.of(),
            harmful,
            new Evidence.Capability(60, 1, 1, 0, Evidence.Finding.PASS),
            new Evidence.Flips(0, 0),
            0,
            0,
            0.05,
            new Trail(
                List.of(),
                List.of(),
                List.of(),
                new Detectability(List.of()),
                0.05,
                List.of(),
                new Outlook.Unclear(Outlook.Reason.NOTHING_ASKED)));
    return new Statement(
        FILES,
        new Origin(
            "ft:tiny-base:acme::1", "ftjob-1", new Origin.Base("tiny-base", null, DIGEST), DIGEST),
        new Decided(
            new Verdict(decision, "gate", evidence),
            DIGEST,
            DIGEST,
            "phrases-1",
            measurement,
            releasedBy),
        Instant.parse("2026-11-25T03:00:00Z"));
  }
}
