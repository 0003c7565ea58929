package io.tiltmeter.gateway.tenant;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.DatabaseException;
import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.policyfile.PolicyChange;
import io.tiltmeter.gateway.policyfile.PolicyDiff;
import io.tiltmeter.gateway.tenant.PolicyProposal.End;
import io.tiltmeter.gateway.tenant.PolicyProposal.Outcome;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * How policies change: one person proposes, another activates. Two keys of one person count once.
 * Each step lands in the audit log in the same transaction.
 */
public final class PolicyProposals {
  private final PolicyProposalStore store = new PolicyProposalStore();
  private final Database database;
  private final TenantPolicies policies;
  private final AuditStore audit;
  private final Clock clock;

  public PolicyProposals(
      Database database, TenantPolicies policies, AuditStore audit, Clock clock) {
    this.database = database;
    this.policies = policies;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Proposes a policy.
   *
   * @throws RequestException if it is in force already, or the target has an open proposal; nothing
   *     is written
   */
  public PolicyProposal propose(
      Caller.Staff person, Target target, TenantPolicies.PolicyText policy) {
    try {
      return database.inTransaction(sql -> propose(sql, person, target, policy));
    } catch (DatabaseException e) {
      if (e.isDuplicate()) {
        throw conflict(
            "proposal_open",
            "There is an open proposal for %s; activate or withdraw it first."
                .formatted(target.subject()));
      }
      throw e;
    }
  }

  private PolicyProposal propose(
      Sql sql, Caller.Staff person, Target target, TenantPolicies.PolicyText policy) {
    Digest inForce = policies.inForce(sql, target);
    if (inForce.equals(policy.digest())) {
      throw conflict("policy_in_force", "This policy is in force already.");
    }
    policies.keep(sql, policy);
    PolicyProposal proposal =
        new PolicyProposal(
            NewId.of("polp_"),
            target,
            policy.digest(),
            inForce,
            person.holder(),
            clock.instant(),
            null);
    store.insert(sql, proposal, person.keyId());
    record(sql, person, "propose-policy", proposal);
    return proposal;
  }

  /**
   * Makes a proposed policy hold for jobs to come.
   *
   * @param seen digest of the policy that the person has looked at
   * @throws RequestException if there is no such open proposal, the person proposed it, or it is no
   *     longer what was looked at; nothing is written
   */
  public PolicyProposal activate(Caller.Staff person, String id, Digest seen) {
    return database.inTransaction(
        sql -> {
          PolicyProposal proposal = openProposal(sql, id);
          check(sql, person, proposal, seen);
          policies.activate(sql, proposal.target(), proposal.policy());
          return close(sql, person, proposal, Outcome.ACTIVATED);
        });
  }

  private void check(Sql sql, Caller.Staff person, PolicyProposal proposal, Digest seen) {
    if (person.holder().equals(proposal.proposedBy())) {
      throw conflict(
          "second_person_needed", "You proposed this policy; a second person has to activate it.");
    }
    if (!seen.equals(proposal.policy())) {
      throw conflict(
          "policy_changed",
          "The proposed policy is %s, not %s; look at the proposal again."
              .formatted(proposal.policy(), seen));
    }
    if (!policies.inForce(sql, proposal.target()).equals(proposal.replaces())) {
      throw conflict(
          "policy_in_force_changed",
          "The policy in force is no longer the one that this proposal was compared with; withdraw"
              + " it and propose again.");
    }
    // What this build cannot read would decide nothing.
    policies.byDigest(sql, proposal.policy());
  }

  /**
   * Ends a proposal without effect.
   *
   * @throws RequestException if there is no such open proposal
   */
  public PolicyProposal withdraw(Caller.Staff person, String id) {
    return database.inTransaction(
        sql -> close(sql, person, openProposal(sql, id), Outcome.WITHDRAWN));
  }

  private PolicyProposal openProposal(Sql sql, String id) {
    PolicyProposal proposal =
        store.lock(sql, id).orElseThrow(() -> RequestException.notFound("proposal", id));
    End end = proposal.end();
    if (end != null) {
      throw conflict(
          "proposal_closed",
          "This proposal is closed: %s by %s.".formatted(words(end.outcome()), end.person()));
    }
    return proposal;
  }

  private static String words(Outcome outcome) {
    return outcome == Outcome.ACTIVATED ? "activated" : "withdrawn";
  }

  private PolicyProposal close(
      Sql sql, Caller.Staff person, PolicyProposal proposal, Outcome outcome) {
    End end = new End(outcome, person.holder(), clock.instant());
    store.close(sql, proposal.id(), end);
    record(
        sql,
        person,
        outcome == Outcome.ACTIVATED ? "activate-policy" : "withdraw-policy",
        proposal);
    return new PolicyProposal(
        proposal.id(),
        proposal.target(),
        proposal.policy(),
        proposal.replaces(),
        proposal.proposedBy(),
        proposal.proposedAt(),
        end);
  }

  private void record(Sql sql, Caller.Staff person, String action, PolicyProposal proposal) {
    audit.append(
        sql,
        new AuditEntry.Fact(
            person.holder(),
            action,
            proposal.target().subject(),
            Map.of(
                "proposal", proposal.id(),
                "policy", proposal.policy().toString(),
                "replaces", proposal.replaces().toString(),
                "proposed_by", proposal.proposedBy(),
                "key", person.keyId())));
  }

  private static RequestException conflict(String code, String message) {
    return new RequestException(409, code, null, message);
  }

  /** Open proposals, oldest first. */
  public List<PolicyProposal> open() {
    return store.open(database);
  }

  /**
   * The proposal of this id.
   *
   * @throws RequestException if there is none
   */
  public PolicyProposal find(String id) {
    return store.find(database, id).orElseThrow(() -> RequestException.notFound("proposal", id));
  }

  /** What a proposal changes in what it replaces. */
  public List<PolicyChange> changes(PolicyProposal proposal) {
    return PolicyDiff.between(
        policies.byDigest(database, proposal.replaces()),
        policies.byDigest(database, proposal.policy()));
  }
}
