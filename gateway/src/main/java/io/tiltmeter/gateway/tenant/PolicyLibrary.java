package io.tiltmeter.gateway.tenant;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.policyfile.PolicyDigest;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Every policy that ever decided a job, by its digest; safe for use by several threads. */
public final class PolicyLibrary {
  private final PolicyStore store;
  private final Set<String> categories;
  private final Map<Digest, Policy> read = new ConcurrentHashMap<>();

  PolicyLibrary(PolicyStore store, Set<String> categories) {
    this.store = store;
    this.categories = Set.copyOf(categories);
  }

  /**
   * The policies whose texts the database keeps.
   *
   * @param categories those of the installation's packs, beside the standard ones
   */
  public static PolicyLibrary of(Clock clock, Set<String> categories) {
    return new PolicyLibrary(new PolicyStore(clock), categories);
  }

  /**
   * The policy of this digest.
   *
   * @throws IllegalStateException if it was never kept, or this build reads it differently: what it
   *     decides could then not be trusted
   */
  public Policy byDigest(Sql sql, Digest digest) {
    return read.computeIfAbsent(digest, wanted -> load(sql, wanted));
  }

  private Policy load(Sql sql, Digest digest) {
    String text =
        store
            .text(sql, digest)
            .orElseThrow(() -> new IllegalStateException("no policy has digest " + digest));
    if (TenantPolicies.read(text, categories) instanceof PolicyResult.Read(Policy policy)
        && PolicyDigest.of(policy).equals(digest)) {
      return policy;
    }
    throw new IllegalStateException(
        "the policy kept under digest %s no longer reads as that policy".formatted(digest));
  }

  /** The categories that a policy may name beside the standard ones. */
  public Set<String> categories() {
    return categories;
  }
}
