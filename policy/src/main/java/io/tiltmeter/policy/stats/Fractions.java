package io.tiltmeter.policy.stats;

/** Checks of the numbers that callers pass. */
final class Fractions {
  private Fractions() {}

  /**
   * The value itself.
   *
   * @throws IllegalArgumentException unless it lies strictly between 0 and 1
   */
  static double open(String name, double value) {
    // Written so that NaN fails too.
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          "%s must lie strictly between 0 and 1, got %s".formatted(name, value));
    }
    return value;
  }
}
