package io.tiltmeter.evaluator.runner;

import java.util.List;
import java.util.function.Consumer;

/** Two models that can be asked, wherever they run. */
public interface AnswerSource {

  /**
   * Asks, and hands over each answer as it comes, in any order; blocks until all are there.
   *
   * @param maxTokens cap on new tokens of each answer, at least 1
   * @throws RunnerException if not every answer could be had; answers handed over stay valid
   */
  void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink);
}
