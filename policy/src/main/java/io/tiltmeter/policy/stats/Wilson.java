package io.tiltmeter.policy.stats;

/** The score interval of one rate: E. B. Wilson, JASA 22 (1927) 209-212. */
public final class Wilson {
  private Wilson() {}

  /**
   * The two-sided interval.
   *
   * @param total at least 1
   * @param confidence in (0, 1)
   */
  public static Interval interval(int hits, int total, double confidence) {
    double z = Normal.quantile(0.5 + 0.5 * Fractions.open("confidence", confidence));
    double rate = (double) hits / total;
    double scale = 1 + z * z / total;
    double centre = (rate + z * z / (2 * total)) / scale;
    double halfWidth =
        z * Math.sqrt(rate * (1 - rate) / total + z * z / (4.0 * total * total)) / scale;
    return new Interval(Math.max(0, centre - halfWidth), Math.min(1, centre + halfWidth));
  }
}
