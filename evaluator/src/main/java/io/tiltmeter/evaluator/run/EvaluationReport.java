package io.tiltmeter.evaluator.run;

import io.tiltmeter.policy.gate.Verdict;
import java.util.List;

/**
 * What an evaluation found.
 *
 * @param answers every answer of both sides, re-runs last
 * @param tokens new tokens that both models wrote
 * @param extent how much was asked of what was planned
 */
public record EvaluationReport(
    Verdict verdict, List<JudgedAnswer> answers, long tokens, Extent extent) {

  public EvaluationReport {
    answers = List.copyOf(answers);
  }

  /** Whether the time was over before the run was. */
  public boolean isTimeOver() {
    return verdict.rule().equals(Evaluation.BUDGET);
  }

  /** The same with another verdict, for which the models wrote more tokens. */
  EvaluationReport decided(Verdict other, long more) {
    return new EvaluationReport(other, answers, tokens + more, extent);
  }
}
