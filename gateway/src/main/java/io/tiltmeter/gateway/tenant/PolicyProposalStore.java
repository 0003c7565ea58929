package io.tiltmeter.gateway.tenant;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.tenant.PolicyProposal.End;
import io.tiltmeter.gateway.tenant.PolicyProposal.Outcome;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Where proposals of policies are kept; those of every tenant, for staff. */
final class PolicyProposalStore {
  private static final String SELECT =
      """
      select proposal.*, tenant.name as tenant
      from policy_proposal as proposal left join tenant on tenant.id = proposal.tenant_id
      """;

  /** Adds an open proposal; a target has at most one. */
  void insert(Sql sql, PolicyProposal proposal, String keyId) {
    sql.run(
        """
        insert into policy_proposal
          (id, tenant_id, policy_digest, replaces, proposed_by, proposed_key, proposed_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        proposal.id(),
        proposal.target() instanceof Target.OfTenant(UUID id, _) ? id : null,
        proposal.policy().toString(),
        proposal.replaces().toString(),
        proposal.proposedBy(),
        keyId,
        proposal.proposedAt());
  }

  /** The proposal of this id; no other transaction changes it until this one has ended. */
  Optional<PolicyProposal> lock(Sql transaction, String id) {
    return transaction.find(
        PolicyProposalStore::proposal,
        SELECT + " where proposal.id = $1 for update of proposal",
        id);
  }

  Optional<PolicyProposal> find(Sql sql, String id) {
    return sql.find(PolicyProposalStore::proposal, SELECT + " where proposal.id = $1", id);
  }

  /** Open proposals, oldest first. */
  List<PolicyProposal> open(Sql sql) {
    return sql.list(
        PolicyProposalStore::proposal,
        SELECT + " where proposal.closed_at is null order by proposal.proposed_at, proposal.id");
  }

  void close(Sql sql, String id, End end) {
    sql.run(
        "update policy_proposal set outcome = $2, closed_by = $3, closed_at = $4 where id = $1",
        id,
        end.outcome().name().toLowerCase(Locale.ROOT),
        end.person(),
        end.at());
  }

  private static PolicyProposal proposal(Row row) {
    UUID tenant = row.getUUID("tenant_id");
    String outcome = row.getString("outcome");
    return new PolicyProposal(
        row.getString("id"),
        tenant == null
            ? new Target.OfInstallation()
            : new Target.OfTenant(tenant, row.getString("tenant")),
        Digest.parse(row.getString("policy_digest")),
        Digest.parse(row.getString("replaces")),
        row.getString("proposed_by"),
        row.getOffsetDateTime("proposed_at").toInstant(),
        outcome == null
            ? null
            : new End(
                Outcome.valueOf(outcome.toUpperCase(Locale.ROOT)),
                row.getString("closed_by"),
                row.getOffsetDateTime("closed_at").toInstant()));
  }
}
