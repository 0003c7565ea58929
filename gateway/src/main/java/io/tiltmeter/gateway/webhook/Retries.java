package io.tiltmeter.gateway.webhook;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long messages that did not arrive are sent again, and endpoints put up with. */
final class Retries {
  /** For how long one message is sent again. */
  static final Duration GIVE_UP = Duration.ofDays(3);

  /** For how long nothing may arrive before an endpoint is disabled. */
  static final Duration DISABLE = Duration.ofDays(5);

  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration MOST = Duration.ofHours(12);
  private static final int FACTOR_BITS = 2;
  private static final int MAX_STEPS = 8;

  private Retries() {}

  /**
   * How long to wait after this many attempts that failed: "full jitter" (Brooker, Exponential
   * Backoff And Jitter, 2015), even between 1 s and 10 s, 40 s, 160 s … up to 12 h, so that an
   * endpoint that comes back does not hear everything at once.
   */
  static Duration after(int attempts, RandomGenerator random) {
    int steps = Math.min(attempts - 1, MAX_STEPS);
    long ceiling = Math.min(FIRST.toMillis() << (FACTOR_BITS * steps), MOST.toMillis());
    return Duration.ofMillis(random.nextLong(LEAST.toMillis(), ceiling + 1));
  }
}
