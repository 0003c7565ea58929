package io.tiltmeter.gateway.attestation;

import static java.util.Comparator.naturalOrder;

import io.tiltmeter.evaluator.vet.Mismatch;
import io.tiltmeter.evaluator.vet.PinnedModel;
import io.tiltmeter.gateway.attestation.Verification.Reason;
import io.tiltmeter.gateway.attestation.Verification.Refused;
import io.tiltmeter.gateway.attestation.Verification.Release;
import io.tiltmeter.policy.attestation.Statement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compares a folder with the attestation of a release; blocks while it hashes. */
public final class AttestationVerifier {
  /** What lies beside a released model without being part of it. */
  private static final Set<String> BESIDE = Set.of("attestation.json", "mlbom.cdx.json");

  private AttestationVerifier() {}

  /**
   * Verifies the signature first and reads nothing of the statement before it holds.
   *
   * @param folder the files to be deployed
   * @param envelope DSSE envelope, whatever it is
   * @throws IOException if the folder cannot be read
   */
  public static Verification verify(Path folder, String envelope, VerificationKey key)
      throws IOException {
    Optional<String> payload = Dsse.open(envelope, Statement.PAYLOAD_TYPE, key);
    if (payload.isEmpty()) {
      return new Refused(Reason.SIGNATURE, null, List.of());
    }
    Optional<Claim> claim = payload.flatMap(Claim::parse);
    return claim.isEmpty()
        ? new Refused(Reason.VERDICT, null, List.of())
        : compare(folder, claim.get());
  }

  private static Verification compare(Path folder, Claim claim) throws IOException {
    Release release = new Release(claim.model(), claim.verdict(), claim.policy());
    List<Mismatch> mismatches = PinnedModel.differences(folder, claim.files(), BESIDE);
    if (claim.passed() && mismatches.isEmpty()) {
      return new Verification.Verified(release, claim.files().size());
    }
    return new Refused(claim.passed() ? first(mismatches) : Reason.VERDICT, release, mismatches);
  }

  private static Reason first(List<Mismatch> mismatches) {
    return reason(mismatches.stream().map(Mismatch::kind).min(naturalOrder()).orElseThrow());
  }

  private static Reason reason(Mismatch.Kind kind) {
    return switch (kind) {
      case CHANGED -> Reason.MISMATCH;
      case MISSING -> Reason.MISSING;
      case EXTRA -> Reason.EXTRA;
    };
  }
}
