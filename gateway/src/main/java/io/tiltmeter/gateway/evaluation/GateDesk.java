package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.work.WorkStore;
import java.time.Clock;

/** What the gate decides by, and who hears of it. */
public final class GateDesk {
  private final TenantPolicies policies;
  private final Packs packs;
  private final Decisions decisions;
  private final AttemptStore attempts;
  private final EvaluationObserver observer;

  private GateDesk(
      TenantPolicies policies,
      Packs packs,
      Decisions decisions,
      AttemptStore attempts,
      EvaluationObserver observer) {
    this.policies = policies;
    this.packs = packs;
    this.decisions = decisions;
    this.attempts = attempts;
    this.observer = observer;
  }

  /** Where a verdict has consequences. */
  public record Consequences(JobFlow flow, CaseStore cases, WorkStore work, Ledger ledger) {}

  /** A desk for these policies and packs. */
  public static GateDesk of(
      TenantPolicies policies,
      Packs packs,
      Consequences consequences,
      Clock clock,
      EvaluationObserver observer) {
    return new GateDesk(
        policies, packs, new Decisions(consequences, clock), new AttemptStore(clock), observer);
  }

  TenantPolicies policies() {
    return policies;
  }

  Packs packs() {
    return packs;
  }

  Decisions decisions() {
    return decisions;
  }

  AttemptStore attempts() {
    return attempts;
  }

  EvaluationObserver observer() {
    return observer;
  }
}
