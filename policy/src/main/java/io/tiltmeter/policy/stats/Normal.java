package io.tiltmeter.policy.stats;

/** The standard normal distribution. */
public final class Normal {
  private static final double INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

  /** Below it the series is accurate, above it the fraction. */
  private static final double TAIL = 3;

  private static final int FRACTION_TERMS = 200;

  /** No quantile of a double lies further out. */
  private static final double FURTHEST = 40;

  private Normal() {}

  /** P(Z &gt; z). */
  public static double upperTail(double z) {
    if (z < 0) {
      return 1 - upperTail(-z);
    }
    double density = INVERSE_SQRT_TWO_PI * StrictMath.exp(-0.5 * z * z);
    return z < TAIL ? 0.5 - density * series(z) : density / fraction(z);
  }

  /** z with P(Z &lt;= z) = p, for p in (0, 1). */
  public static double quantile(double p) {
    return p < 0.5
        ? -upperQuantile(Fractions.open("probability", p))
        : upperQuantile(1 - Fractions.open("probability", p));
  }

  private static double upperQuantile(double tail) {
    return Bisection.rootOfRising(z -> tail - upperTail(z), 0, FURTHEST);
  }

  /** z + z^3/3 + z^5/(3*5) + … (Abramowitz and Stegun 26.2.11). */
  private static double series(double z) {
    double term = z;
    double sum = 0;
    for (int odd = 3; sum + term != sum; odd += 2) {
      sum += term;
      term *= z * z / odd;
    }
    return sum;
  }

  /** z + 1/(z + 2/(z + 3/(z + …))) (Abramowitz and Stegun 26.2.14), from the inside out. */
  private static double fraction(double z) {
    double value = z;
    for (int k = FRACTION_TERMS; k >= 1; k--) {
      value = z + k / value;
    }
    return value;
  }
}
