package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.checkpoint.TokenizerFiles;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.model.Artifact;
import io.tiltmeter.gateway.model.ArtifactStore;
import io.tiltmeter.gateway.verdict.LineageView;
import io.tiltmeter.gateway.verdict.VerdictView.LabelsView;
import io.tiltmeter.policy.gate.Expiry;
import io.tiltmeter.policy.gate.JudgedWith;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is held against a verdict after the run, from the database: the ancestors of the model, and
 * what the policy's calibration of the judge holds for. It can only become stricter.
 */
final class FinalChecks {
  private final EvaluationStore evaluations;
  private final ArtifactStore artifacts;
  private final LineageCheck lineages;

  FinalChecks(EvaluationStore evaluations, ArtifactStore artifacts) {
    this.evaluations = evaluations;
    this.artifacts = artifacts;
    this.lineages = new LineageCheck(evaluations);
  }

  /**
   * A report after its checks.
   *
   * @param lineage null where the base itself was tuned
   * @param labels what the policy's calibration of the judge was held against
   */
  record Found(LayoutCheck.Checked checked, @Nullable LineageView lineage, LabelsView labels) {}

  /**
   * Checks a report.
   *
   * @param models asks the tuned model of a lineage again what it seems to have lost
   * @throws io.tiltmeter.evaluator.run.BudgetSpentException if the time for that is over
   */
  Found of(
      Sql sql, Job job, EvaluationPlan plan, LayoutCheck.Checked checked, AnswerSource models) {
    LineageCheck.Found held = lineages.of(sql, job, plan, checked, models);
    JudgedWith labels = judgedWith(sql, evaluations.find(sql, job).orElseThrow());
    List<Expiry> expired = Expiry.of(plan.policy(), labels);
    EvaluationReport report = held.checked().report();
    return new Found(
        new LayoutCheck.Checked(
            report.decided(Expiry.withheld(report.verdict(), expired)), held.checked().agreement()),
        held.lineage(),
        new LabelsView(labels.tokenizer(), expired));
  }

  private JudgedWith judgedWith(Sql sql, StoredEvaluation evaluation) {
    return new JudgedWith(
        RefusalJudge.VERSION,
        evaluations
            .runtime(sql, evaluation)
            .map(facts -> JudgedWith.runtime(facts.provider(), facts.version()))
            .orElse(null),
        artifacts
            .find(sql, evaluation.base())
            .map(Artifact::manifest)
            .map(base -> TokenizerFiles.digest(base).toString())
            .orElse(null));
  }
}
