package io.tiltmeter.evaluator.runner;

import java.util.List;
import java.util.function.Consumer;

/** Models that can also say how likely they find what. */
public interface ScoringSource extends AnswerSource {

  /**
   * As {@link #answer(List, int, Consumer)}; the answers are the same and carry what was wanted.
   *
   * @throws RunnerException also if a model does not say what was wanted
   */
  void answer(List<Ask> asks, int maxTokens, ScoreRequest scores, Consumer<Answer> sink);

  @Override
  default void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    answer(asks, maxTokens, ScoreRequest.NONE, sink);
  }
}
