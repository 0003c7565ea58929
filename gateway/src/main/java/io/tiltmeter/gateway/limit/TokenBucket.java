package io.tiltmeter.gateway.limit;

import java.time.Duration;
import java.time.Instant;

/**
 * A token bucket (RFC 2698 names it for networks): it holds a minute's requests at most, and fills
 * evenly. Safe for any thread.
 */
final class TokenBucket {
  private static final double NANOS_PER_MINUTE = 60e9;

  private final int perMinute;
  private double tokens;
  private Instant filledAt;

  TokenBucket(int perMinute, Instant now) {
    this.perMinute = perMinute;
    this.tokens = perMinute;
    this.filledAt = now;
  }

  /**
   * What became of a request.
   *
   * @param remaining requests that could follow at once
   * @param untilNext until there is a token; zero if there is one
   * @param untilFull until a whole minute's are there
   */
  record Level(
      boolean isGranted, int limit, int remaining, Duration untilNext, Duration untilFull) {}

  /** Takes a token if there is one. */
  synchronized Level take(Instant now) {
    fill(now);
    boolean isGranted = tokens >= 1;
    if (isGranted) {
      tokens -= 1;
    }
    return new Level(isGranted, perMinute, (int) tokens, until(1), until(perMinute));
  }

  /** Gives back a token of a request that was refused for another reason. */
  synchronized void giveBack() {
    tokens = Math.min(perMinute, tokens + 1);
  }

  private void fill(Instant now) {
    // A clock that is set back must not empty the bucket.
    long nanos = Math.max(0, Duration.between(filledAt, now).toNanos());
    tokens = Math.min(perMinute, tokens + nanos / NANOS_PER_MINUTE * perMinute);
    filledAt = now;
  }

  private Duration until(int wanted) {
    double missing = Math.max(0, wanted - tokens);
    return Duration.ofNanos((long) Math.ceil(missing * NANOS_PER_MINUTE / perMinute));
  }
}
