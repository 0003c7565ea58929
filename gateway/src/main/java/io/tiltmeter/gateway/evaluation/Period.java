package io.tiltmeter.gateway.evaluation;

import java.time.Instant;

/**
 * A stretch of time.
 *
 * @param since its first instant
 * @param until the first instant after it, later than {@code since}
 */
public record Period(Instant since, Instant until) {
  public Period {
    if (!since.isBefore(until)) {
      throw new IllegalArgumentException(
          "a period must end after it begins, got %s to %s".formatted(since, until));
    }
  }
}
