package io.tiltmeter.policy.stats;

/**
 * The mid-p test of "any loss at all": M. W. Fagerland, S. Lydersen, P. Laake, BMC Medical Research
 * Methodology 13 (2013) 91.
 */
public final class McNemar {
  private McNemar() {}

  /**
   * The one-sided mid-p value of "no more lost than gained": P(X &gt; lost) + P(X = lost) / 2 for X
   * ~ Bin(lost + gained, 1/2).
   */
  public static double midP(int lost, int gained) {
    int flips = lost + gained;
    return 0.5 * (Binomial.atLeast(lost, flips, 0.5) + Binomial.atLeast(lost + 1, flips, 0.5));
  }
}
