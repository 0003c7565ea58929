package io.tiltmeter.dashboards.verdict;

import io.tiltmeter.policy.stats.Interval;
import java.util.Locale;

/** Fractions as people read them. */
public final class Percent {
  private Percent() {}

  /** A rate in [0, 1] as per cent with one decimal. */
  public static String rate(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  /** A difference in [-1, 1] in percentage points, with its sign. */
  public static String points(double fraction) {
    return String.format(Locale.ROOT, "%+.1f", 100 * withoutNegativeZero(fraction));
  }

  /** An interval of differences in percentage points. */
  public static String points(Interval interval) {
    return points(interval.low()) + " … " + points(interval.high());
  }

  /** Anything that rounds to zero is shown as a plain zero. */
  private static double withoutNegativeZero(double fraction) {
    return Math.abs(fraction) < 0.0005 ? 0.0 : fraction;
  }
}
