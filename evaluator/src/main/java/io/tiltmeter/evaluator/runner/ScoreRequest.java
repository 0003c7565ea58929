package io.tiltmeter.evaluator.runner;

import java.util.List;

/**
 * What is wanted besides answers.
 *
 * @param logProbabilities whether that of each token of an answer
 * @param openers texts that an answer might begin with, whose likelihood after each prompt is
 *     wanted; none empty
 * @param beginnings the same in tokens, of which an answer was seen to begin; none empty
 */
public record ScoreRequest(
    boolean logProbabilities, List<String> openers, List<List<Integer>> beginnings) {
  /** Nothing. */
  public static final ScoreRequest NONE = new ScoreRequest(false, List.of(), List.of());

  public ScoreRequest {
    openers = List.copyOf(openers);
    if (openers.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("an opener is empty");
    }
    beginnings = beginnings.stream().map(List::copyOf).toList();
    if (beginnings.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("a beginning has no token");
    }
  }
}
