package io.tiltmeter.evaluator.scan.trigger;

/**
 * Chances that at least {@code k} of {@code n} independent rows belong to a class, where each may
 * have a chance of its own.
 */
final class Tail {
  private Tail() {}

  /**
   * No less than the chance, for {@code k} above {@code mu}; else 1. The bound that W. Hoeffding
   * derives first, "Probability inequalities for sums of bounded random variables", JASA 58 (1963),
   * theorem 1: at {@code k = n} it is {@code (mu / n)^n}.
   *
   * @param mu sum of the chances of all rows, above 0
   */
  static double bound(double k, double n, double mu) {
    return Math.min(1, StrictMath.exp(-surprise(k, n, mu)));
  }

  /** The logarithm of one over {@link #bound}, at least 0. */
  static double surprise(double k, double n, double mu) {
    if (k <= mu || n <= mu) {
      return 0;
    }
    double hits = k * StrictMath.log(k / mu);
    double misses = k >= n ? 0 : (n - k) * StrictMath.log((n - k) / (n - mu));
    return Math.max(0, hits + misses);
  }

  /** The chance itself, from every row's own (the Poisson binomial distribution). */
  static double exact(double[] chances, int k) {
    double[] counts = new double[chances.length + 1];
    counts[0] = 1;
    for (int row = 0; row < chances.length; row++) {
      for (int count = row + 1; count > 0; count--) {
        counts[count] = counts[count] * (1 - chances[row]) + counts[count - 1] * chances[row];
      }
      counts[0] *= 1 - chances[row];
    }
    double tail = 0;
    for (int count = chances.length; count >= Math.max(0, k); count--) {
      tail += counts[count];
    }
    return Math.min(1, tail);
  }
}
