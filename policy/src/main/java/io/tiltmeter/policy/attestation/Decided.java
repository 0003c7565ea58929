package io.tiltmeter.policy.attestation;

import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.lineage.Digest;

/**
 * What was decided on a model, by which rules and on what evidence.
 *
 * @param policy digest of the effective policy
 * @param pack digest of the probe pack
 * @param judge name and version of the judge
 * @param measurement how the answers came about
 */
public record Decided(
    Verdict verdict,
    Digest policy,
    Digest pack,
    String judge,
    Measurement measurement,
    ReleasedBy releasedBy) {

  public Decided {
    boolean passed = verdict.decision() == Decision.PASS;
    if (passed != (releasedBy == ReleasedBy.GATE)) {
      throw new IllegalArgumentException(
          "the gate releases on pass and people on anything else, got %s by %s"
              .formatted(verdict.decision().wireName(), releasedBy.wireName()));
    }
  }

  /** Whether the verdict was pass. */
  public boolean passed() {
    return verdict.decision() == Decision.PASS;
  }
}
