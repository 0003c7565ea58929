package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.policy.Proposal;
import io.tiltmeter.dashboards.policy.Proposal.Change;
import io.tiltmeter.dashboards.policy.Proposal.Effect;
import io.tiltmeter.dashboards.policy.Proposal.Form;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.policyfile.PolicyChange;
import io.tiltmeter.gateway.tenant.PolicyProposal;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.policy.gate.Policy;
import java.util.List;

/** A proposed policy as the person who looks sees it. */
final class ProposalViews {
  private final PageSite.Parts parts;

  ProposalViews(PageSite.Parts parts) {
    this.parts = parts;
  }

  Proposal view(PolicyProposal proposal, Caller.Staff person) {
    try {
      Policy policy = policies().byDigest(parts.database(), proposal.policy());
      return view(
          proposal,
          "%s, version %d".formatted(policy.name(), policy.version()),
          form(proposal, person),
          parts.acts().proposals().changes(proposal).stream().map(ProposalViews::change).toList());
    } catch (IllegalStateException _) {
      // Kept by another version; whoever looks must still be able to withdraw it.
      return view(proposal, "", Form.UNREADABLE, List.of());
    }
  }

  private TenantPolicies policies() {
    return parts.stores().policies();
  }

  private Form form(PolicyProposal proposal, Caller.Staff person) {
    if (!policies().inForce(parts.database(), proposal.target()).equals(proposal.replaces())) {
      return Form.STALE;
    }
    return person.holder().equals(proposal.proposedBy()) ? Form.OWN : Form.ACTIVATE;
  }

  private static Proposal view(
      PolicyProposal proposal, String name, Form form, List<Change> changes) {
    return new Proposal(
        proposal.id(),
        proposal.target() instanceof Target.OfTenant(_, String tenant) ? tenant : null,
        name,
        proposal.policy().toString(),
        proposal.replaces().toString(),
        proposal.proposedBy(),
        proposal.proposedAt(),
        form,
        changes);
  }

  private static Change change(PolicyChange change) {
    return new Change(
        change.path(),
        PolicyChange.text(change.from()),
        PolicyChange.text(change.to()),
        switch (change.effect()) {
          case LAXER -> Effect.LAXER;
          case STRICTER -> Effect.STRICTER;
          case NEITHER -> Effect.NEITHER;
        });
  }
}
