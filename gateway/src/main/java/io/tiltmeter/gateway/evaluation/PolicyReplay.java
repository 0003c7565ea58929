package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.evaluation.Redecision.Result;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.tenant.PolicyLibrary;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides what was decided in a period once more, under a draft of a policy: from the answers that
 * were kept, without a model. Nothing is written.
 *
 * <p>Answers are judged by this build's judge. An evaluation of which the draft would have asked
 * more than was answered is never guessed.
 */
public final class PolicyReplay {
  private static final int PAGE = 200;

  private final PastEvaluationStore history = new PastEvaluationStore();
  private final Parts parts;
  private final Policy draft;
  private final FinalChecks finalChecks;

  /** What replaying works with. */
  public record Parts(
      EvaluationStore evaluations,
      ArtifactStore artifacts,
      JobStore jobs,
      Packs packs,
      PolicyLibrary policies) {}

  public PolicyReplay(Parts parts, Policy draft) {
    this.parts = parts;
    this.draft = draft;
    this.finalChecks = new FinalChecks(parts.evaluations(), parts.artifacts());
  }

  /** Hands over what the draft makes of each evaluation that ended in the period, in that order. */
  public void forEach(Sql sql, Period period, Consumer<Redecided> sink) {
    List<PastEvaluation> page = history.page(sql, period, null, PAGE);
    while (!page.isEmpty()) {
      page.forEach(past -> sink.accept(redecide(sql, past)));
      page = history.page(sql, period, page.getLast(), PAGE);
    }
  }

  private Redecided redecide(Sql sql, PastEvaluation past) {
    Optional<ProbePack> pack = parts.packs().find(past.evaluation().packDigest());
    if (pack.isEmpty()) {
      return undecidable(
          past,
          "its probe pack %s is not configured here".formatted(past.evaluation().packDigest()));
    }
    KeptAnswers answers = new KeptAnswers(sql, parts.evaluations(), past.evaluation());
    if (answers.isEmpty()) {
      return undecidable(past, "no answers of it are kept");
    }
    Job job = parts.jobs().findForStaff(sql, past.evaluation().jobId()).orElseThrow();
    Guidance guidance = parts.evaluations().guidance(sql, job, pack.get().digest());
    if (guidance.replays().size() < past.outcome().replays()) {
      return undecidable(past, "what it put its probes once more with is no longer kept");
    }
    return compare(
        new Redecision(
            past,
            pack.get(),
            guidance,
            policyOfThen(sql, past),
            answers,
            KeptOpinions.alone(sql, past.evaluation()),
            (plan, checked) -> finalChecks.of(sql, job, plan, checked, answers).checked()));
  }

  private static Redecided undecidable(PastEvaluation past, String reason) {
    return new Redecided.Undecidable(past, reason, 0, 0);
  }

  /** Null where this build no longer reads it as what it was. */
  private @Nullable Policy policyOfThen(Sql sql, PastEvaluation past) {
    try {
      return parts.policies().byDigest(sql, past.evaluation().policyDigest());
    } catch (IllegalStateException _) {
      return null;
    }
  }

  private Redecided compare(Redecision redecision) {
    PastEvaluation past = redecision.past();
    Policy policy = draft.effectiveFor(past.job());
    return switch (redecision.under(policy)) {
      case Result.Open(String reason, var needs) ->
          new Redecided.Undecidable(past, reason, needs.behaviours(), needs.secondAnswers());
      case Result.Decided(Verdict verdict) when isThatOf(past, verdict) -> new Redecided.Same(past);
      case Result.Decided(Verdict verdict) ->
          new Redecided.Changed(past, verdict, policy, again(redecision));
    };
  }

  private static @Nullable Verdict again(Redecision redecision) {
    Policy then = redecision.then();
    return then != null
            && redecision.under(then) instanceof Result.Decided(Verdict verdict)
            && !isThatOf(redecision.past(), verdict)
        ? verdict
        : null;
  }

  private static boolean isThatOf(PastEvaluation past, Verdict verdict) {
    return past.outcome().verdict().equals(verdict.decision().wireName())
        && past.outcome().rule().equals(verdict.rule());
  }
}
