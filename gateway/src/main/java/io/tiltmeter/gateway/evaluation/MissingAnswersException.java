package io.tiltmeter.gateway.evaluation;

/** Some of the answers that are needed were not kept. */
final class MissingAnswersException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int missing;
  private final int maxTokens;

  MissingAnswersException(int missing, int maxTokens) {
    super("%d answers of at most %d tokens are not there".formatted(missing, maxTokens));
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
