package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a verdict does to its job: only a pass lets it go on to the release. */
final class Decisions {
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
  private final CheckpointStore checkpoints;
  private final AuditStore audit;
  private final Clock clock;

  Decisions(GateDesk.Consequences consequences, Clock clock) {
    this.flow = consequences.flow();
    this.cases = consequences.cases();
    this.work = consequences.work();
    this.ledger = consequences.ledger();
    this.checkpoints = new CheckpointStore(clock);
    this.audit = new AuditStore(clock);
    this.clock = clock;
  }

  /**
   * What was decided on, and by which rules.
   *
   * @param lost names of the probes whose refusal was lost
   * @param stopped which checkpoint was judged; null for a result
   */
  record Basis(
      Job job,
      Policy policy,
      String pack,
      VerdictView verdict,
      List<String> lost,
      Reasons.@Nullable Stopped stopped) {

    /** Where the job is as long as nothing is decided. */
    Stage from() {
      return stopped == null ? Stage.EVALUATING : Stage.TRAINING;
    }

    /** What a block means, in words; figures only where the policy discloses them. */
    String blocked() {
      if (stopped == null) {
        return BLOCKED;
      }
      String what =
          "The safety gate stopped the training: the checkpoint of step %d lost refusals that its base has"
              .formatted(stopped.step());
      return policy.disclosure() == Policy.Disclosure.VERDICT ? what : what + figures();
    }

    private String figures() {
      Reasons.Line deciding = Reasons.of(verdict, policy, pack, null).deciding();
      return String.format(
          Locale.ROOT,
          ": delta %.3f over n = %d behaviours, threshold %.3f, rule %s",
          deciding.delta(),
          deciding.n(),
          deciding.threshold(),
          verdict.rule());
    }
  }

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

  /** Blocks a job whose training a checkpoint stopped, as a result's block does. */
  void stop(Sql transaction, Basis basis) {
    block(transaction, basis);
    Map<String, String> details = new TreeMap<>();
    if (basis.stopped() != null) {
      details.put("checkpoint", basis.stopped().checkpoint());
      details.put("step", Long.toString(basis.stopped().step()));
    }
    details.put("rule", basis.verdict().rule());
    audit.append(
        transaction, new AuditEntry.Fact("gateway", "stop-training", basis.job().id(), details));
  }

  private void block(Sql transaction, Basis basis) {
    Duration window = basis.policy().release().appealWindow();
    if (window.isZero()) {
      Reasons reasons = say(transaction, basis, Level.WARN, basis.blocked(), null);
      Set<Stage> from = EnumSet.of(basis.from());
      if (flow.block(transaction, basis.job(), from, HeldBack.failure(HeldFor.BLOCK))) {
        open(transaction, basis, HeldFor.BLOCK, reasons);
      }
    } else {
      Instant until = clock.instant().plus(window).truncatedTo(ChronoUnit.SECONDS);
      hold(transaction, basis, HeldFor.BLOCK, until);
      work.renew(transaction, WorkKind.CLOSE, basis.job().id(), until);
      offer(transaction, basis.job());
    }
  }

  /** Tells of the checkpoint that the customer may take instead, if there is one. */
  private void offer(Sql transaction, Job job) {
    Checkpoint.Offer offer = checkpoints.offer(transaction, job.tenantId(), job.id()).orElse(null);
    if (offer != null) {
      flow.say(
          transaction,
          job,
          new Draft(
              Level.INFO,
              JobEvent.MESSAGE,
              ("The checkpoint of step %d, in which no block was seen, can be taken as the result while the job"
                      + " is held: POST /v1/fine_tuning/jobs/%s/checkpoints/%s/accept. It is evaluated whole"
                      + " before anything is released.")
                  .formatted(offer.step(), job.id(), offer.checkpoint()),
              Json.text(Map.of("offer", offer))));
    }
  }

  private void hold(Sql transaction, Basis basis, HeldFor why, @Nullable Instant until) {
    String words = why == HeldFor.BLOCK ? basis.blocked() : undecided(basis.verdict().rule());
    Reasons reasons = say(transaction, basis, Level.WARN, words, until);
    Draft next =
        until == null ? REVIEWED : Draft.warn("The job is held for an appeal until " + until);
    if (flow.hold(transaction, basis.job(), basis.from(), why, next)) {
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

  private static String undecided(String rule) {
    return rule.equals(Evaluation.BUDGET) ? TIME_OVER : UNPROVEN;
  }

  private Reasons say(
      Sql transaction, Basis basis, Level level, String message, @Nullable Instant until) {
    Reasons reasons = reasons(basis, until);
    tell(transaction, basis, level, message, reasons);
    return reasons;
  }

  private static Reasons reasons(Basis basis, @Nullable Instant until) {
    return Reasons.of(basis.verdict(), basis.policy(), basis.pack(), until)
        .stoppedBy(basis.stopped());
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
