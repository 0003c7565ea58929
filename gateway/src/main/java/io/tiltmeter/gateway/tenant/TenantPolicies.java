package io.tiltmeter.gateway.tenant;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.policyfile.PolicyDigest;
import io.tiltmeter.gateway.policyfile.PolicyReader;
import io.tiltmeter.gateway.policyfile.PolicyResult;
import io.tiltmeter.gateway.policyfile.PolicyTree;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.policy.gate.JobTraits;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The policies of tenants: their own, or else the installation's.
 *
 * <p>Texts are kept by the digest of the effective policy, so that a job is decided by the policy
 * that held when it was made, whatever is set afterwards.
 */
public final class TenantPolicies {
  private final PolicyStore store;
  private final PolicyText first;
  private final PolicyLibrary library;

  /**
   * A policy as its owner wrote it, and what it means.
   *
   * @param digest of the effective policy
   */
  public record PolicyText(String text, Policy policy, Digest digest) {}

  /**
   * @param first for tenants that have none of their own, until another is activated
   * @param categories those of the installation's packs, beside the standard ones
   */
  public TenantPolicies(Clock clock, PolicyText first, Set<String> categories) {
    this.store = new PolicyStore(clock);
    this.first = first;
    this.library = new PolicyLibrary(store, categories);
  }

  /** Reads a policy's text; either it is right, or every problem of it is said. */
  public static PolicyResult read(String text, Set<String> categories) {
    return PolicyReader.readText("policy", text, categories);
  }

  /** As {@link #read(String, Set)}, for bytes that should be UTF-8. */
  public static PolicyResult read(byte[] bytes, Set<String> categories) {
    return PolicyReader.readBytes("policy", bytes, categories);
  }

  /** What a policy that was read is known by. */
  public static PolicyText textOf(String text, Policy policy) {
    return new PolicyText(text, policy, PolicyDigest.of(policy));
  }

  /**
   * The digest of the policy that holds now for jobs of this tenant on this base; its text is kept
   * from now on. Of a policy with profiles that is the one of the profile that fits, or what the
   * file says without its profiles.
   */
  public Digest digestFor(Sql sql, UUID tenantId, String baseModel) {
    PolicyStore.Holder tenant = store.tenant(sql, tenantId);
    Digest file = tenant.own() == null ? ofInstallation(sql) : tenant.own();
    Policy policy = byDigest(sql, file);
    if (policy.profiles().isEmpty()) {
      return file;
    }
    Policy effective = policy.effectiveFor(new JobTraits(tenant.name(), tenant.tier(), baseModel));
    PolicyText text = textOf(PolicyTree.yaml(effective), effective);
    store.keep(sql, text);
    return text.digest();
  }

  /** Puts a tenant into a tier, by which profiles may go; whether there is such a tenant. */
  public boolean setTier(Sql sql, String tenant, String tier) {
    return store.setTier(sql, tenant, tier);
  }

  /** Digest of the policy that holds for the target now, its profiles included. */
  public Digest inForce(Sql sql, Target target) {
    return switch (target) {
      case Target.OfTenant(UUID id, _) -> {
        Digest own = store.tenant(sql, id).own();
        yield own == null ? ofInstallation(sql) : own;
      }
      case Target.OfInstallation() -> ofInstallation(sql);
    };
  }

  /** Before anything was activated the first policy holds; it is in force from then on. */
  private Digest ofInstallation(Sql sql) {
    return store
        .ofInstallation(sql)
        .orElseGet(
            () -> {
              store.keep(sql, first);
              store.setForInstallation(sql, first.digest());
              return first.digest();
            });
  }

  /** Keeps a policy's text, so that it is found by its digest. */
  public void keep(Sql sql, PolicyText policy) {
    store.keep(sql, policy);
  }

  /** Lets a policy whose text is kept hold for the target's jobs to come. */
  public void activate(Sql sql, Target target, Digest policy) {
    switch (target) {
      case Target.OfTenant(UUID id, _) -> store.set(sql, id, policy);
      case Target.OfInstallation() -> store.setForInstallation(sql, policy);
    }
  }

  /** The tenant of this name, as the target of a policy. */
  public Optional<Target.OfTenant> tenant(Sql sql, String name) {
    return store.find(sql, name);
  }

  /** The policy of this digest as its owner wrote it. */
  public PolicyText kept(Sql sql, Digest digest) {
    return new PolicyText(store.text(sql, digest).orElseThrow(), byDigest(sql, digest), digest);
  }

  /**
   * The policy of this digest.
   *
   * @throws IllegalStateException if it was never kept, or this build reads it differently: what it
   *     decides could then not be trusted
   */
  public Policy byDigest(Sql sql, Digest digest) {
    return library.byDigest(sql, digest);
  }

  /** The categories that a policy may name beside the standard ones. */
  public Set<String> categories() {
    return library.categories();
  }
}
