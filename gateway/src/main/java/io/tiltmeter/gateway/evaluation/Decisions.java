package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.JobEvent.Draft;
import io.tiltmeter.gateway.job.JobEvent.Level;
import io.tiltmeter.gateway.job.JobFlow;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.gateway.lineage.Charge;
import io.tiltmeter.gateway.lineage.Ledger;
import io.tiltmeter.gateway.review.CaseStore;
import io.tiltmeter.gateway.review.HeldBack;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a verdict does to its job: only a pass lets it go on to the release. */
final class Decisions {
  private static final Set<Stage> EVALUATING = EnumSet.of(Stage.EVALUATING);
  private static final String BLOCKED =
      "The safety gate blocked the fine-tuned model: it lost refusals that its base has";
  private static final String UNPROVEN =
      "The safety gate could not decide: the evidence neither clears nor convicts the model";
  private static final String TIME_OVER =
      "The safety gate could not decide: the time allowed for the evaluation was over";

  private static final String OVER_BUDGET =
      "The safety gate passed the fine-tuned model, but what this organisation's released models may"
          + " have lost in sum leaves no room for it";
  private static final Draft REVIEWED =
      Draft.warn("The job is held until a person has reviewed it");

  private final JobFlow flow;
  private final CaseStore cases;
  private final WorkStore work;
  private final Ledger ledger;
  private final Clock clock;

  Decisions(GateDesk.Consequences consequences, Clock clock) {
    this.flow = consequences.flow();
    this.cases = consequences.cases();
    this.work = consequences.work();
    this.ledger = consequences.ledger();
    this.clock = clock;
  }

  /**
   * What was decided on, and by which rules.
   *
   * @param lost names of the probes whose refusal was lost
   */
  record Basis(Job job, Policy policy, String pack, VerdictView verdict, List<String> lost) {}

  void apply(Sql transaction, Verdict verdict, Basis basis) {
    switch (verdict.decision()) {
      case PASS -> release(transaction, basis, Charge.of(verdict.evidence()));
      case BLOCK -> block(transaction, basis);
      case INCONCLUSIVE -> hold(transaction, basis, HeldFor.INCONCLUSIVE, null);
    }
  }

  private void release(Sql transaction, Basis basis, Charge charge) {
    Optional<Ledger.Account> full =
        ledger.chargeWithin(transaction, basis.job().id(), basis.job().tenantId(), charge);
    if (full.isPresent()) {
      holdForBudget(transaction, basis, new Reasons.Budget(full.get(), charge));
      return;
    }
    say(transaction, basis, Level.INFO, "The safety gate passed the fine-tuned model", null);
    Draft next = Draft.info("The model is being written and signed");
    if (flow.release(transaction, basis.job(), next)) {
      work.request(transaction, WorkKind.RELEASE, basis.job().id());
    }
  }

  private void holdForBudget(Sql transaction, Basis basis, Reasons.Budget budget) {
    Reasons reasons = reasons(basis, null).over(budget);
    tell(transaction, basis, Level.WARN, OVER_BUDGET, reasons);
    if (flow.hold(transaction, basis.job(), Stage.EVALUATING, HeldFor.INCONCLUSIVE, REVIEWED)) {
      open(transaction, basis, HeldFor.INCONCLUSIVE, reasons);
    }
  }

  private void block(Sql transaction, Basis basis) {
    Duration window = basis.policy().release().appealWindow();
    if (window.isZero()) {
      Reasons reasons = say(transaction, basis, Level.WARN, BLOCKED, null);
      if (flow.block(transaction, basis.job(), EVALUATING, HeldBack.failure(HeldFor.BLOCK))) {
        open(transaction, basis, HeldFor.BLOCK, reasons);
      }
    } else {
      Instant until = clock.instant().plus(window).truncatedTo(ChronoUnit.SECONDS);
      hold(transaction, basis, HeldFor.BLOCK, until);
      work.request(transaction, WorkKind.CLOSE, basis.job().id(), until);
    }
  }

  private void hold(Sql transaction, Basis basis, HeldFor why, @Nullable Instant until) {
    Reasons reasons =
        say(transaction, basis, Level.WARN, words(why, basis.verdict().rule()), until);
    Draft next =
        until == null ? REVIEWED : Draft.warn("The job is held for an appeal until " + until);
    if (flow.hold(transaction, basis.job(), Stage.EVALUATING, why, next)) {
      open(transaction, basis, why, reasons);
    }
  }

  /** People can decide on it also when its job has ended. */
  private void open(Sql transaction, Basis basis, HeldFor why, Reasons reasons) {
    Digest evidence = Digest.of(reasons.json());
    cases.open(
        transaction,
        basis.job(),
        why,
        new CaseStore.Reasons(reasons.json(), evidence),
        reasons.appealUntil());
  }

  private static String words(HeldFor why, String rule) {
    if (why == HeldFor.BLOCK) {
      return BLOCKED;
    }
    return rule.equals(Evaluation.BUDGET) ? TIME_OVER : UNPROVEN;
  }

  private Reasons say(
      Sql transaction, Basis basis, Level level, String message, @Nullable Instant until) {
    Reasons reasons = reasons(basis, until);
    tell(transaction, basis, level, message, reasons);
    return reasons;
  }

  private static Reasons reasons(Basis basis, @Nullable Instant until) {
    return Reasons.of(basis.verdict(), basis.policy(), basis.pack(), until);
  }

  private void tell(Sql transaction, Basis basis, Level level, String message, Reasons reasons) {
    flow.say(
        transaction,
        basis.job(),
        new Draft(
            level,
            JobEvent.MODERATION_CHECKS,
            message,
            Disclosed.json(reasons, basis.policy().disclosure(), basis.lost())));
  }
}
