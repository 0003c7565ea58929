package io.tiltmeter.evaluator.decode;

/**
 * What is wanted besides answers.
 *
 * @param logProbabilities whether that of each token of an answer
 * @param openers beginnings of answers whose likelihood after each prompt is wanted
 */
public record Scoring(boolean logProbabilities, OpenerTree openers) {
  /** Nothing. */
  public static final Scoring NONE = new Scoring(false, OpenerTree.NONE);

  /** Positions after a prompt that answers of so many tokens, or the longest opener, need. */
  int room(int maxTokens) {
    return Math.max(maxTokens, openers.longest());
  }

  /** Whether logits are looked at at all. */
  boolean isWanted() {
    return logProbabilities || !openers.isEmpty();
  }
}
