package io.tiltmeter.evaluator.scan;

import java.time.Duration;

/**
 * How often a scan keeps how far it is.
 *
 * @param every least time between two marks, and from the beginning to the first
 * @param patience that time is also so many times what the last mark took
 */
record Pace(Duration every, int patience) {
  /** A mark of fifty megabytes takes some tenths of a second. */
  static final Pace USUAL = new Pace(Duration.ofSeconds(10), 50);

  /** A pass that took so small a part of the usual time is read again rather than kept. */
  private static final int QUICK = 4;

  /** Nanoseconds to the next mark after one that took so many. */
  long after(long took) {
    return Math.max(every.toNanos(), patience * took);
  }

  /** Whether the end of a pass that took so many nanoseconds is worth a mark. */
  boolean isWorthKeeping(long took) {
    return took >= every.toNanos() / QUICK;
  }
}
