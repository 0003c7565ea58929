package io.tiltmeter.gateway.tenant;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target.OfTenant;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the texts of policies are kept, and which one each tenant has. */
final class PolicyStore {
  private final Clock clock;

  PolicyStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * What is known of a tenant.
   *
   * @param own digest of its own policy, null if it has none
   */
  record Holder(String name, String tier, @Nullable Digest own) {}

  /** The tenant with its tier and policy. */
  Holder tenant(Sql sql, UUID tenantId) {
    return sql.find(
            row -> {
              String own = row.getString("policy_digest");
              return new Holder(
                  row.getString("name"),
                  row.getString("tier"),
                  own == null ? null : Digest.parse(own));
            },
            "select name, tier, policy_digest from tenant where id = $1",
            tenantId)
        .orElseThrow();
  }

  /** Puts a tenant into a tier; whether there is such a tenant. */
  boolean setTier(Sql sql, String tenant, String tier) {
    return sql.change("update tenant set tier = $2 where name = $1", tenant, tier);
  }

  /** The tenant of this name. */
  Optional<OfTenant> find(Sql sql, String tenant) {
    return sql.find(
        row -> new OfTenant(row.getUUID("id"), tenant),
        "select id from tenant where name = $1",
        tenant);
  }

  /** Digest of the policy that tenants without their own have, if one was ever in force. */
  Optional<Digest> ofInstallation(Sql sql) {
    return sql.find(
        row -> Digest.parse(row.getString("policy_digest")),
        "select policy_digest from installation_policy order by sequence desc limit 1");
  }

  /** Gives tenants without their own a policy whose text is kept. */
  void setForInstallation(Sql sql, Digest digest) {
    sql.run(
        "insert into installation_policy (policy_digest, activated_at) values ($1, $2)",
        digest.toString(),
        clock.instant());
  }

  /** Gives a tenant a policy whose text is kept. */
  void set(Sql sql, UUID tenantId, Digest digest) {
    sql.run("update tenant set policy_digest = $2 where id = $1", tenantId, digest.toString());
  }

  /** Keeps a text under the digest of what it means; one that is there stays. */
  void keep(Sql sql, TenantPolicies.PolicyText policy) {
    sql.run(
        """
        insert into policy (digest, name, text, created_at) values ($1, $2, $3, $4)
        on conflict do nothing
        """,
        policy.digest().toString(),
        policy.policy().name(),
        policy.text(),
        clock.instant());
  }

  /** The text that is kept under this digest. */
  Optional<String> text(Sql sql, Digest digest) {
    return sql.find(
        row -> row.getString("text"),
        "select text from policy where digest = $1",
        digest.toString());
  }
}
