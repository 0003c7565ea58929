package io.tiltmeter.policy.stats;

/** The regularised incomplete beta function, from which the t and binomial tails follow. */
final class IncompleteBeta {
  private static final int MOST_TERMS = 10_000;
  private static final double PRECISION = 1e-15;
  private static final double TINY = 1e-300;

  private IncompleteBeta() {}

  /** I_x(a, b) for a, b &gt; 0 and x in [0, 1] (DLMF 8.17.2). */
  static double of(double x, double a, double b) {
    if (x <= 0) {
      return 0;
    }
    if (x >= 1) {
      return 1;
    }
    // The fraction converges fast on the left of the mean only; DLMF 8.17.4 mirrors the rest.
    return x < (a + 1) / (a + b + 2)
        ? factor(x, a, b) / a * fraction(x, a, b)
        : 1 - factor(1 - x, b, a) / b * fraction(1 - x, b, a);
  }

  /** x^a (1 - x)^b / B(a, b). */
  private static double factor(double x, double a, double b) {
    double logBeta = LogGamma.of(a) + LogGamma.of(b) - LogGamma.of(a + b);
    return StrictMath.exp(a * StrictMath.log(x) + b * StrictMath.log1p(-x) - logBeta);
  }

  /** The continued fraction DLMF 8.17.22, by the modified Lentz method. */
  private static double fraction(double x, double a, double b) {
    double c = 1;
    double d = 1 / nonZero(1 - (a + b) * x / (a + 1));
    double value = d;
    for (int m = 1; m <= MOST_TERMS; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / nonZero(1 + even * d);
      c = nonZero(1 + even / c);
      value *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / nonZero(1 + odd * d);
      c = nonZero(1 + odd / c);
      value *= d * c;
      if (Math.abs(d * c - 1) < PRECISION) {
        return value;
      }
    }
    throw new ArithmeticException(
        "incomplete beta did not converge for x=%s, a=%s, b=%s".formatted(x, a, b));
  }

  private static double nonZero(double value) {
    return Math.abs(value) < TINY ? TINY : value;
  }
}
