package io.tiltmeter.gateway.evaluation;

/** Some of the answers that are needed were not kept. */
final class MissingAnswersException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int missing;
  private final int maxTokens;

  /**
   * @param missing questions to which an answer of a side that was asked is not there
   */
  MissingAnswersException(int missing, int maxTokens) {
    super(
        "answers of at most %d tokens to %d questions are not there".formatted(maxTokens, missing));
    this.missing = missing;
    this.maxTokens = maxTokens;
  }

  int missing() {
    return missing;
  }

  int maxTokens() {
    return maxTokens;
  }
}
