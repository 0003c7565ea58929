package io.tiltmeter.policy.stats;

/** Student's t distribution. */
public final class StudentT {
  private StudentT() {}

  /**
   * P(T &gt; t) with {@code degrees} degrees of freedom, at least 1 (DLMF 8.17 and A&amp;S 26.7.1).
   */
  public static double upperTail(double t, int degrees) {
    if (t < 0) {
      return 1 - upperTail(-t, degrees);
    }
    return 0.5 * IncompleteBeta.of(degrees / (degrees + t * t), 0.5 * degrees, 0.5);
  }

  /** t with P(T &lt;= t) = p, for p in (0, 1). */
  public static double quantile(double p, int degrees) {
    return p < 0.5
        ? -upperQuantile(Fractions.open("probability", p), degrees)
        : upperQuantile(1 - Fractions.open("probability", p), degrees);
  }

  private static double upperQuantile(double tail, int degrees) {
    double high = 1;
    while (upperTail(high, degrees) > tail) {
      high *= 2;
    }
    return Bisection.rootOfRising(t -> tail - upperTail(t, degrees), 0, high);
  }
}
