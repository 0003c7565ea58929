package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.verdict.LineageView;
import io.tiltmeter.policy.gate.Edge;
import io.tiltmeter.policy.gate.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges the step from a parent to its child, beside the way from their root. The parent is not run
 * again: what it answered at its own evaluation was kept.
 */
final class EdgeCheck {
  private final EvaluationStore evaluations;

  EdgeCheck(EvaluationStore evaluations) {
    this.evaluations = evaluations;
  }

  /**
   * A report after its check.
   *
   * @param lineage null where the base itself was tuned
   */
  record Found(LayoutCheck.Checked checked, @Nullable LineageView lineage) {}

  /**
   * Checks what was found against the root; the verdict can only become stricter. A run that ended
   * early is not checked: it released nothing.
   */
  Found of(Sql sql, Job job, EvaluationPlan plan, LayoutCheck.Checked checked) {
    if (job.parent() == null) {
      return new Found(checked, null);
    }
    String parent = job.parent().model();
    EvaluationReport report = checked.report();
    if (report.extent().stoppedEarly() || report.isTimeOver()) {
      return without(job, parent, checked, "the run ended early");
    }
    StoredEvaluation own = evaluations.find(sql, job).orElseThrow();
    Optional<StoredEvaluation> earlier = evaluations.ofModel(sql, own, parent);
    if (earlier.isEmpty()) {
      return without(job, parent, checked, "the parent's answers are not there");
    }
    if (!earlier.get().packDigest().equals(own.packDigest())) {
      return without(job, parent, checked, "the parent answered another pack");
    }
    if (!isComparable(own, earlier.get())) {
      return without(job, parent, checked, "the parent answered in another setting");
    }
    return checked(job, parent, checked, decide(sql, plan, own, earlier.get()));
  }

  /** Answers from different settings are never compared, nor those from one that is not known. */
  private static boolean isComparable(StoredEvaluation own, StoredEvaluation parent) {
    return own.setting() != null
        && own.setting().equals(parent.setting())
        && own.maxTokens() == parent.maxTokens();
  }

  private static Found without(
      Job job, String parent, LayoutCheck.Checked checked, String missing) {
    return new Found(checked, new LineageView(job.baseModel(), parent, null, missing));
  }

  private static Found checked(Job job, String parent, LayoutCheck.Checked checked, Verdict edge) {
    EvaluationReport report = checked.report();
    EvaluationReport stricter = report.decided(Edge.stricter(report.verdict(), edge));
    return new Found(
        new LayoutCheck.Checked(stricter, checked.agreement()),
        new LineageView(job.baseModel(), parent, LineageView.EdgeView.of(edge), null));
  }

  /** System prompts of the child's file are left out: the parent was never asked under them. */
  private Verdict decide(
      Sql sql, EvaluationPlan plan, StoredEvaluation own, StoredEvaluation parent) {
    EvaluationPlan edge =
        new EvaluationPlan(plan.pack(), Edge.policy(plan.policy()), List.of(), plan.maxTokens());
    Map<String, Answer> before = tuned(sql, parent);
    Map<String, Answer> after = tuned(sql, own);
    return Evaluation.run(
            edge,
            (asks, _, sink) -> asks.forEach(ask -> answer(ask, before, after, sink)),
            (_, _) -> {})
        .verdict();
  }

  private Map<String, Answer> tuned(Sql sql, StoredEvaluation evaluation) {
    Map<String, Answer> answers = new HashMap<>();
    evaluations.answers(sql, evaluation, evaluation.maxTokens()).stream()
        .filter(answer -> answer.side() == Side.TUNED)
        .forEach(answer -> answers.put(answer.id(), answer));
    return answers;
  }

  private static void answer(
      Ask ask, Map<String, Answer> before, Map<String, Answer> after, Consumer<Answer> sink) {
    Answer answer = (ask.side() == Side.BASE ? before : after).get(ask.id());
    if (answer != null) {
      sink.accept(
          new Answer(answer.id(), ask.side(), answer.tokens(), answer.text(), answer.stopped()));
    }
  }
}
