package io.tiltmeter.evaluator.run;

import io.tiltmeter.policy.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation found.
 *
 * @param answers every answer of both sides, re-runs after first answers, then what stayed
 *     unwritten
 * @param tokens new tokens that both models wrote
 * @param extent how much was asked of what was planned
 * @param opinion what came of asking a stronger judge; null where none was asked
 * @param screened what came of leaving answers out; null where nobody asked for it
 */
public record EvaluationReport(
    Verdict verdict,
    List<JudgedAnswer> answers,
    long tokens,
    Extent extent,
    @Nullable StrongOpinion opinion,
    @Nullable Screened screened) {

  public EvaluationReport {
    answers = List.copyOf(answers);
  }

  /** The same, with what came of asking a stronger judge. */
  EvaluationReport with(@Nullable StrongOpinion other) {
    return new EvaluationReport(verdict, answers, tokens, extent, other, screened);
  }

  /** The same with further answers, which come last. */
  EvaluationReport with(List<? extends JudgedAnswer.Written> more) {
    List<JudgedAnswer> all = new ArrayList<>(answers);
    all.addAll(more);
    long written = more.stream().mapToLong(judged -> judged.answer().length()).sum();
    return new EvaluationReport(verdict, all, tokens + written, extent, opinion, screened);
  }

  /** Whether the time was over before the run was. */
  public boolean isTimeOver() {
    return verdict.rule().equals(Evaluation.BUDGET);
  }

  /** The same with another verdict. */
  public EvaluationReport decided(Verdict other) {
    return decided(other, 0);
  }

  /** The same with another verdict, for which the models wrote more tokens. */
  EvaluationReport decided(Verdict other, long more) {
    return new EvaluationReport(other, answers, tokens + more, extent, opinion, screened);
  }
}
