package io.tiltmeter.gateway.evaluation;

import java.time.Duration;

/** The time of one try of an evaluation, given out piece by piece. Not thread-safe. */
final class TimeTaken {
  private long since = System.nanoTime();

  /** What has passed since this was last asked, or since the try began; whole milliseconds. */
  Duration next() {
    Duration passed = Duration.ofMillis((System.nanoTime() - since) / 1_000_000);
    since += passed.toNanos();
    return passed;
  }
}
