package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.run.AncestorCheck;
import io.tiltmeter.evaluator.run.AncestorCheck.Ancestor;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.evaluation.AncestorStore.Earlier;
import io.tiltmeter.gateway.evaluation.AncestorStore.Gap;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.verdict.LineageView;
import io.tiltmeter.gateway.verdict.LineageView.AncestorView;
import io.tiltmeter.policy.gate.Ancestry.Loss;
import io.tiltmeter.policy.gate.Edge;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.probe.Probe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds a descendant against the models between it and its root, beside the way from the root: the
 * step from its parent, and every ancestor where no lost behaviour is tolerated. The verdict can
 * only become stricter.
 */
final class LineageCheck {
  private final EvaluationStore evaluations;
  private final AncestorStore ancestors;

  LineageCheck(EvaluationStore evaluations) {
    this.evaluations = evaluations;
    this.ancestors = new AncestorStore(evaluations);
  }

  /**
   * A report after its check.
   *
   * @param lineage null where the base itself was tuned
   */
  record Found(LayoutCheck.Checked checked, @Nullable LineageView lineage) {}

  /**
   * Checks what was found against the root. A run that ended early is not checked: it released
   * nothing.
   *
   * @param models asks the tuned model again what it seems to have lost
   * @throws io.tiltmeter.evaluator.run.BudgetSpentException if the time for that is over
   */
  Found of(
      Sql sql, Job job, EvaluationPlan plan, LayoutCheck.Checked checked, AnswerSource models) {
    if (job.parent() == null) {
      return new Found(checked, null);
    }
    StoredEvaluation own = evaluations.find(sql, job).orElseThrow();
    List<Compared> compared = compared(sql, job, plan, checked.report(), own);
    Compared parent = compared.getFirst();
    Verdict edge =
        parent.gap() == null
            ? new EdgeCheck(parent.answers(), tuned(sql, own, own.maxTokens())).verdict(plan)
            : null;
    EvaluationReport report = checked.report();
    EvaluationReport stepped =
        edge == null ? report : report.decided(Edge.stricter(report.verdict(), edge));
    AncestorCheck.Checked held =
        AncestorCheck.of(
            plan,
            stepped,
            compared.stream()
                .filter(one -> one.gapInAll() == null)
                .map(Compared::ancestor)
                .toList(),
            models);
    return new Found(
        new LayoutCheck.Checked(held.report(), checked.agreement()),
        view(job, plan, compared, edge, held.losses()));
  }

  /**
   * One ancestor and what it answered.
   *
   * @param gap why it cannot be compared with at all, if it cannot
   * @param gapInAll why it cannot where no loss is tolerated
   */
  private record Compared(
      String model,
      @Nullable Gap gap,
      @Nullable Gap gapInAll,
      Map<String, Answer> answers,
      Map<String, Answer> longer) {
    Ancestor ancestor() {
      return new Ancestor(model, answers, longer);
    }
  }

  private List<Compared> compared(
      Sql sql, Job job, EvaluationPlan plan, EvaluationReport report, StoredEvaluation own) {
    boolean early = report.extent().stoppedEarly() || report.isTimeOver();
    List<Compared> compared = new ArrayList<>();
    for (Earlier earlier : ancestors.of(sql, job, own)) {
      compared.add(
          early || earlier.gap() != null
              ? without(earlier.model(), early ? Gap.ENDED_EARLY : earlier.gap())
              : with(sql, plan, earlier));
    }
    return compared;
  }

  private static Compared without(String model, @Nullable Gap gap) {
    return new Compared(model, gap, gap, Map.of(), Map.of());
  }

  private Compared with(Sql sql, EvaluationPlan plan, Earlier earlier) {
    StoredEvaluation evaluation = earlier.comparable();
    Map<String, Answer> answers = tuned(sql, evaluation, evaluation.maxTokens());
    int more = Math.max(Evaluation.CONFIRMATION_TOKENS, evaluation.maxTokens());
    boolean answeredAll =
        AncestorCheck.probes(plan).stream().map(Probe::id).allMatch(answers::containsKey);
    return new Compared(
        earlier.model(),
        null,
        answeredAll ? null : Gap.NO_ANSWERS,
        answers,
        tuned(sql, evaluation, more));
  }

  private Map<String, Answer> tuned(Sql sql, StoredEvaluation evaluation, int maxTokens) {
    Map<String, Answer> answers = new HashMap<>();
    evaluations.answers(sql, evaluation, maxTokens).stream()
        .filter(answer -> answer.side() == Side.TUNED)
        .forEach(answer -> answers.put(answer.id(), answer));
    return answers;
  }

  private static LineageView view(
      Job job,
      EvaluationPlan plan,
      List<Compared> compared,
      @Nullable Verdict edge,
      Map<String, Loss> losses) {
    Compared parent = compared.getFirst();
    return new LineageView(
        job.baseModel(),
        parent.model(),
        edge == null ? null : LineageView.EdgeView.of(edge),
        parent.gap() == null ? null : parent.gap().ofParent(),
        AncestorCheck.probes(plan).isEmpty()
            ? null
            : compared.stream().map(one -> view(one, losses.get(one.model()))).toList());
  }

  private static AncestorView view(Compared one, @Nullable Loss loss) {
    Gap gap = one.gapInAll();
    return new AncestorView(
        one.model(),
        gap == null ? null : gap.ofAncestor(),
        loss == null ? null : loss.category(),
        loss == null ? null : loss.isConfirmed());
  }
}
