package io.tiltmeter.gateway.http;

import java.time.Duration;

/**
 * How slowly a request's body may come. Only time in which the gateway waits for the sender counts.
 *
 * @param idle how long nothing may come; and the span over which the rate is looked at
 * @param bytesPerSecond the least on average over each such span, at least 0
 */
public record Pace(Duration idle, int bytesPerSecond) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** A minute; 1 KiB a second, less than the slowest mobile network. */
  public static final Pace DEFAULT = new Pace(Duration.ofSeconds(60), 1024);

  /** Whether so many bytes in so much time are too few. */
  boolean isTooSlow(long bytes, Duration waited) {
    return bytes < bytesPerSecond * (waited.toNanos() / NANOS_PER_SECOND);
  }
}
