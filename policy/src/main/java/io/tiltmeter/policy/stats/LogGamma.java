package io.tiltmeter.policy.stats;

/** The logarithm of the gamma function for positive arguments. */
final class LogGamma {
  private static final double HALF_LOG_TWO_PI = 0.5 * StrictMath.log(2 * Math.PI);

  /** From here on the Stirling series below is exact to double precision. */
  private static final double STIRLING_FROM = 15;

  private LogGamma() {}

  /** ln Γ(x) for x &gt; 0, by Stirling's series (DLMF 5.11.1) after shifting x up (DLMF 5.5.1). */
  static double of(double x) {
    double shifted = x;
    double product = 1;
    while (shifted < STIRLING_FROM) {
      product *= shifted;
      shifted += 1;
    }
    return stirling(shifted) - StrictMath.log(product);
  }

  private static double stirling(double x) {
    double inverseSquare = 1 / (x * x);
    double correction =
        1.0 / 12
            - inverseSquare
                * (1.0 / 360
                    - inverseSquare
                        * (1.0 / 1260 - inverseSquare * (1.0 / 1680 - inverseSquare / 1188)));
    return (x - 0.5) * StrictMath.log(x) - x + HALF_LOG_TWO_PI + correction / x;
  }
}
