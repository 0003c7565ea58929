package io.tiltmeter.policy.stats;

/** Exact tails of the binomial distribution. */
public final class Binomial {
  private Binomial() {}

  /** P(X &gt;= hits) for X ~ Bin(trials, rate), rate in (0, 1) (DLMF 8.17.5). */
  public static double atLeast(int hits, int trials, double rate) {
    if (hits <= 0) {
      return 1;
    }
    return hits > trials ? 0 : IncompleteBeta.of(rate, hits, trials - hits + 1.0);
  }

  /** P(X &lt;= hits) for X ~ Bin(trials, rate), rate in (0, 1). */
  public static double atMost(int hits, int trials, double rate) {
    if (hits < 0) {
      return 0;
    }
    return hits >= trials ? 1 : IncompleteBeta.of(1 - rate, trials - hits, hits + 1.0);
  }
}
