package io.tiltmeter.gateway.ops;

import io.tiltmeter.gateway.policyfile.PolicyChange;
import io.tiltmeter.gateway.sourcefile.WireName;
import io.tiltmeter.gateway.tenant.PolicyProposal;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A proposed policy as staff sees it; times are Unix seconds.
 *
 * @param tenant null where it is the installation's policy
 * @param replaces digest of the policy in force when it was proposed
 * @param state open, activated or withdrawn
 * @param changes what it changes, laxer ones first
 */
record ProposalView(
    String id,
    @Nullable String tenant,
    String policyDigest,
    String replaces,
    String proposedBy,
    long proposedAt,
    String state,
    @Nullable String closedBy,
    @Nullable Long closedAt,
    List<ChangeView> changes) {

  /** One value that differs. */
  record ChangeView(String path, @Nullable Object from, @Nullable Object to, String effect) {
    static ChangeView from(PolicyChange change) {
      return new ChangeView(
          change.path(), change.from(), change.to(), WireName.of(change.effect()));
    }
  }

  static ProposalView from(PolicyProposal proposal, List<PolicyChange> changes) {
    PolicyProposal.End end = proposal.end();
    return new ProposalView(
        proposal.id(),
        proposal.target() instanceof Target.OfTenant(_, String name) ? name : null,
        proposal.policy().toString(),
        proposal.replaces().toString(),
        proposal.proposedBy(),
        proposal.proposedAt().getEpochSecond(),
        end == null ? "open" : WireName.of(end.outcome()),
        end == null ? null : end.person(),
        end == null ? null : end.at().getEpochSecond(),
        changes.stream().map(ChangeView::from).toList());
  }
}
