package io.tiltmeter.policy.stats;

/**
 * The interval of a paired difference of rates by method 10 of R. G. Newcombe, Statistics in
 * Medicine 17 (1998) 2635-2650: two Wilson intervals, joined by a continuity-corrected phi.
 */
public final class Newcombe {
  private Newcombe() {}

  /**
   * The two-sided interval of base rate minus tuned rate.
   *
   * @param counts at least one probe
   * @param confidence in (0, 1)
   */
  public static Interval interval(PairedCounts counts, double confidence) {
    int n = counts.total();
    int baseHits = counts.both() + counts.lost();
    int tunedHits = counts.both() + counts.gained();
    Interval base = Wilson.interval(baseHits, n, confidence);
    Interval tuned = Wilson.interval(tunedHits, n, confidence);
    double baseRate = (double) baseHits / n;
    double tunedRate = (double) tunedHits / n;
    double phi = correctedPhi(counts);
    double down = joined(baseRate - base.low(), tuned.high() - tunedRate, phi);
    double up = joined(base.high() - baseRate, tunedRate - tuned.low(), phi);
    return new Interval(counts.delta() - down, counts.delta() + up);
  }

  private static double joined(double a, double b, double phi) {
    return Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  }

  private static double correctedPhi(PairedCounts counts) {
    double base = counts.both() + counts.lost();
    double notBase = counts.gained() + counts.neither();
    double tuned = counts.both() + counts.gained();
    double notTuned = counts.lost() + counts.neither();
    double margins = base * notBase * tuned * notTuned;
    return margins == 0 ? 0 : correctedNumerator(counts) / Math.sqrt(margins);
  }

  private static double correctedNumerator(PairedCounts counts) {
    double numerator =
        (double) counts.both() * counts.neither() - (double) counts.lost() * counts.gained();
    return numerator > 0 ? Math.max(0, numerator - 0.5 * counts.total()) : numerator;
  }
}
