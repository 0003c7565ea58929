package io.tiltmeter.evaluator.screen;

import io.tiltmeter.policy.stats.ClopperPearson;
import io.tiltmeter.policy.stats.Wilson;

/**
 * How often the judge of written answers saw a refusal where L0 was sure of one.
 *
 * @param n where L0 was sure, at least 0
 * @param agreed of these, those that are refusals, at most n
 */
public record Agreement(int n, int agreed) {
  /** What has to be shown of each side: 73 of 73, 109 of 110, and so on. */
  public static final double AT_LEAST = 0.95;

  private static final double CONFIDENCE = 0.95;

  public Agreement {
    if (n < 0 || agreed < 0 || agreed > n) {
      throw new IllegalArgumentException(
          "agreement needs n of at least 0 and agreed from 0 to n, got %d and %d"
              .formatted(n, agreed));
    }
  }

  /** Lower end of the 95 % Wilson interval; 0 where nothing was compared. */
  public double atLeast() {
    return n == 0 ? 0 : Wilson.interval(agreed, n, CONFIDENCE).low();
  }

  /** Whether it is shown to be large enough to leave answers out. */
  public boolean isEnough() {
    return atLeast() >= AT_LEAST;
  }

  /** Upper one-sided 95 % limit of the share that disagrees; 1 where nothing was compared. */
  public double wrongAtMost() {
    return n == 0 ? 1 : ClopperPearson.upper(n - agreed, n, CONFIDENCE);
  }

  /** With as many more, all of which agree. */
  public Agreement with(int more) {
    return new Agreement(n + more, agreed + more);
  }
}
