package io.tiltmeter.policy.stats;

/**
 * The score test and interval of a paired difference of rates: T. Tango, Statistics in Medicine 17
 * (1998) 891-908.
 *
 * <p>Unlike the Wald interval it holds its level where losses are rare, which is where a gate
 * works.
 */
public final class Tango {
  private Tango() {}

  /**
   * The score of the hypothesis that the true difference is {@code delta}; standard normal if so.
   *
   * @param lost probes on which only the base refused
   * @param gained probes on which only the tuned model refused
   * @param n all probes, at least 1
   * @param delta in [-1, 1]
   * @return positive if more were lost than {@code delta} says; infinite where no variance is left
   */
  public static double z(int lost, int gained, int n, double delta) {
    double numerator = lost - gained - n * delta;
    double variance = n * (2 * gainedRate(lost, gained, n, delta) + delta * (1 - delta));
    if (variance <= 0) {
      return numerator == 0 ? 0 : Math.copySign(Double.POSITIVE_INFINITY, numerator);
    }
    return numerator / Math.sqrt(variance);
  }

  /** The two-sided interval of the difference; {@code confidence} in (0, 1), n at least 1. */
  public static Interval interval(int lost, int gained, int n, double confidence) {
    double z = Normal.quantile(0.5 + 0.5 * Fractions.open("confidence", confidence));
    double observed = (double) (lost - gained) / n;
    double low = Bisection.rootOfRising(delta -> z - z(lost, gained, n, delta), -1, observed);
    double high = Bisection.rootOfRising(delta -> -z - z(lost, gained, n, delta), observed, 1);
    return new Interval(Math.min(low, observed), Math.max(high, observed));
  }

  /** Most likely rate of gains, given that the true difference is {@code delta}. */
  private static double gainedRate(int lost, int gained, int n, double delta) {
    double a = 2.0 * n;
    double b = -lost - gained + (2.0 * n - lost + gained) * delta;
    double c = -gained * delta * (1 - delta);
    return (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
  }
}
