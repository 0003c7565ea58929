package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.judge.StrongJudge;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.LayoutAgreement;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.tenant.TenantPolicies;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.policy.attestation.Measurement;
import io.tiltmeter.policy.gate.Attempt;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.Optional;

/**
 * Decides once more from the answers that were kept.
 *
 * <p>What is signed is this verdict: a report that was changed in the database, or that another
 * judge made, does not get a signature.
 */
public final class Replay {
  private final EvaluationStore evaluations;
  private final TenantPolicies policies;
  private final Packs packs;
  private final FinalChecks finalChecks;

  public Replay(
      EvaluationStore evaluations, ArtifactStore artifacts, TenantPolicies policies, Packs packs) {
    this.evaluations = evaluations;
    this.policies = policies;
    this.packs = packs;
    this.finalChecks = new FinalChecks(evaluations, artifacts);
  }

  /** A verdict, and what it was made with. */
  public record Replayed(
      Verdict verdict, Digest pack, Digest policy, String judge, Measurement measurement) {}

  /**
   * The verdict on a job's artifact.
   *
   * @throws VerdictException if there is none, answers are missing, or it is not the verdict that
   *     was written down
   */
  public Replayed verdict(Sql sql, Job job) {
    StoredEvaluation evaluation =
        evaluations
            .find(sql, job)
            .orElseThrow(
                () -> new VerdictException("job %s was not evaluated".formatted(job.id())));
    ProbePack pack = packs.withDigest(evaluation.packDigest());
    Policy policy = evaluation.attempt().under(policies.byDigest(sql, evaluation.policyDigest()));
    EvaluationPlan plan =
        new EvaluationPlan(
            pack,
            policy,
            evaluations.guidance(sql, job, pack.digest()),
            evaluation.maxTokens(),
            evaluation.savings());
    AnswersAlone answers = new AnswersAlone(sql, evaluations, evaluation);
    LayoutCheck.Checked checked =
        decide(plan, answers, evaluation.isTimeOver(), KeptOpinions.alone(sql, evaluation));
    FinalChecks.Found found = finalChecks.of(sql, job, plan, checked, answers);
    VerdictView kept = requireSame(sql, evaluation, found, policy);
    return new Replayed(
        found.checked().report().verdict(),
        pack.digest(),
        evaluation.policyDigest(),
        RefusalJudge.VERSION,
        measurement(checked, kept, evaluation.attempt()));
  }

  /** What the models ran on cannot be found out again: that is taken from what was written down. */
  private static Measurement measurement(
      LayoutCheck.Checked checked, VerdictView kept, Attempt attempt) {
    LayoutAgreement base = checked.agreement();
    VerdictView.RuntimeView on = kept.runtime();
    return new Measurement(
        base == null ? null : new Measurement.Agreement(base.n(), base.flips()),
        on == null
            ? null
            : new Measurement.Environment(
                on.provider(), on.version(), on.threads(), on.weights(), on.graph()),
        attempt.number());
  }

  /** That the time was over is taken from the row: of that, the answers show nothing. */
  private static LayoutCheck.Checked decide(
      EvaluationPlan plan,
      AnswersAlone kept,
      boolean isTimeOver,
      Optional<StrongJudge> strongJudge) {
    if (isTimeOver) {
      return new LayoutCheck.Checked(Evaluation.unfinished(plan, kept), null);
    }
    EvaluationReport report = Evaluation.run(plan, kept, (_, _) -> {}, strongJudge);
    // Those that were asked again are those whose second answer is there; the verdict counts them.
    return LayoutCheck.of(plan, report, Integer.MAX_VALUE, kept);
  }

  private VerdictView requireSame(
      Sql sql, StoredEvaluation evaluation, FinalChecks.Found found, Policy policy) {
    VerdictView view =
        VerdictView.of(
            found.checked(),
            new VerdictView.Setting(
                evaluation.policyDigest().toString(),
                evaluation.packDigest().toString(),
                null,
                0,
                VerdictView.AttemptView.of(evaluation.attempt(), policy),
                found.lineage(),
                found.labels()));
    return evaluations
        .kept(sql, evaluation, view)
        .orElseThrow(
            () ->
                new VerdictException(
                    "the kept answers of job %s no longer give the verdict that was written down"
                        .formatted(evaluation.jobId())));
  }
}
