package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.lineage.CanonicalJson;
import io.tiltmeter.policy.lineage.Digest;

/**
 * The digest of a policy: SHA-256 over the canonical JSON (RFC 8785) of the effective policy with
 * every default filled in.
 *
 * <p>Two files that mean the same have one digest.
 */
public final class PolicyDigest {
  private PolicyDigest() {}

  /** The digest of this policy. */
  public static Digest of(Policy policy) {
    return Digest.of(CanonicalJson.of(PolicyTree.of(policy)));
  }
}
