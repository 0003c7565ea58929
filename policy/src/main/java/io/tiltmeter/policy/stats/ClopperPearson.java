package io.tiltmeter.policy.stats;

/** Exact limits of a binomial rate: C. Clopper and E. Pearson, Biometrika 26 (1934) 404-413. */
public final class ClopperPearson {
  private ClopperPearson() {}

  /**
   * The one-sided upper limit: the rate at which so few hits or fewer have probability {@code 1 -
   * confidence}.
   *
   * @param total at least 1
   * @param confidence in (0, 1)
   */
  public static double upper(int hits, int total, double confidence) {
    double tail = 1 - Fractions.open("confidence", confidence);
    return hits >= total
        ? 1
        : Bisection.rootOfRising(rate -> tail - Binomial.atMost(hits, total, rate), 0, 1);
  }
}
