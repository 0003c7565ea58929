package io.tiltmeter.gateway.attestation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.gateway.attestation.Verification.Reason;
import io.tiltmeter.gateway.attestation.Verification.Refused;
import io.tiltmeter.gateway.attestation.Verification.Verified;
import io.tiltmeter.policy.attestation.Statement;
import io.tiltmeter.policy.gate.Verdict.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttestationVerifierTest {
  @TempDir Path home;
  private SignedRelease release;
  private String envelope;

  @BeforeEach
  void release() throws IOException {
    release = SignedRelease.make(home, Decision.PASS);
    envelope = Files.readString(release.attestation());
  }

  @Test
  void verify_untouchedRelease_isVerified() throws IOException {
    assertThat(verify(envelope))
        .isEqualTo(
            new Verified(
                new Verification.Release(SignedRelease.MODEL, "pass", SignedRelease.POLICY), 3));
  }

  @Test
  void verify_ordinaryVerdictWithFailedResult_isRefusedByVerdict() throws IOException {
    assertReason(payload().replace("\"PASSED\"", "\"FAILED\""), Reason.VERDICT);
    assertReason(payload().replace("\"verdict\":\"pass\"", "\"verdict\":\"PASS\""), Reason.VERDICT);
  }

  @Test
  void verify_overriddenBlock_isRefusedAlthoughEveryByteIsRight(@TempDir Path other)
      throws IOException {
    SignedRelease overridden = SignedRelease.make(other, Decision.BLOCK);
    Verification verification =
        AttestationVerifier.verify(
            overridden.folder(),
            Files.readString(overridden.attestation()),
            overridden.key().publicKey());
    assertThat(verification)
        .isEqualTo(
            new Refused(
                Reason.VERDICT,
                new Verification.Release(SignedRelease.MODEL, "block", SignedRelease.POLICY),
                List.of()));
  }

  @Test
  void verify_signedTextThatIsNoRelease_isRefusedByVerdict() throws IOException {
    String payload = payload();
    List<String> others =
        List.of(
            "{}",
            "[]",
            "no JSON",
            payload.replace("Statement/v1", "Statement/v0.1"),
            payload.replace("verification_summary/v1", "provenance/v1"),
            payload.replaceFirst("\"subject\":\\[.*]", "\"subject\":[]"),
            payload.replace("\"sha256\":\"", "\"sha1\":\""),
            payload.replace("tokenizer.json", "config.json"),
            payload.replace("\"policy_digest\":\"sha256:", "\"policy_digest\":\"md5:"),
            payload.replace("\"_type\"", "\"_type\":\"x\",\"_type\""));
    for (String other : others) {
      assertReason(other, Reason.VERDICT);
    }
  }

  @Test
  void verify_manifestSignedWithTheSameKey_isNoAttestation() throws IOException {
    String manifest =
        Dsse.sign("application/vnd.tiltmeter.manifest+json", payload(), release.key());
    assertThat(verify(manifest)).isEqualTo(new Refused(Reason.SIGNATURE, null, List.of()));
  }

  @Test
  void verify_listedName_isNotIgnored() throws IOException {
    String payload =
        payload().replace("\"name\":\"tokenizer.json\"", "\"name\":\"mlbom.cdx.json\"");
    Files.delete(release.folder().resolve("tokenizer.json"));
    assertReason(payload, Reason.MISSING);
  }

  @Test
  void verify_severalReasons_namesTheFirst() throws IOException {
    for (Map.Entry<String, Reason> change :
        List.of(
            Map.entry("extra", Reason.EXTRA),
            Map.entry("missing", Reason.MISSING),
            Map.entry("mismatch", Reason.MISMATCH))) {
      switch (change.getKey()) {
        case "extra" -> Files.writeString(release.folder().resolve("run.py"), "");
        case "missing" -> Files.delete(release.folder().resolve("config.json"));
        default -> Files.writeString(release.folder().resolve("model.safetensors"), "w");
      }
      assertThat(((Refused) verify(envelope)).reason()).isEqualTo(change.getValue());
    }
    assertThat(((Refused) verify(envelope)).mismatches()).hasSize(3);
  }

  private void assertReason(String payload, Reason reason) throws IOException {
    Verification verification = verify(Dsse.sign(Statement.PAYLOAD_TYPE, payload, release.key()));
    assertThat(verification).as(payload).isInstanceOf(Refused.class);
    assertThat(((Refused) verification).reason()).as(payload).isEqualTo(reason);
  }

  private String payload() {
    return Dsse.open(envelope, Statement.PAYLOAD_TYPE, release.key().publicKey()).orElseThrow();
  }

  private Verification verify(String text) throws IOException {
    return AttestationVerifier.verify(release.folder(), text, release.key().publicKey());
  }
}
