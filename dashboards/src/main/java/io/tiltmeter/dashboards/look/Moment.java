package io.tiltmeter.dashboards.look;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times and durations as pages write them: UTC, whole seconds. */
public final class Moment {
  private static final DateTimeFormatter FULL = formatter("d MMM yyyy, HH:mm:ss 'UTC'");
  private static final DateTimeFormatter CLOCK = formatter("HH:mm:ss");

  private Moment() {}

  /** For the {@code datetime} attribute (RFC 3339). */
  public static String machine(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Day and time of day, such as {@code 25 Nov 2026, 03:31:41 UTC}. */
  public static String full(Instant at) {
    return FULL.format(at);
  }

  /** Time of day only. */
  public static String clock(Instant at) {
    return CLOCK.format(at);
  }

  /** The two largest units, such as {@code 3 min 20 s}; less than a second is {@code 0 s}. */
  public static String took(Duration duration) {
    Duration length = duration.isNegative() ? Duration.ZERO : duration;
    if (length.toDays() > 0) {
      return "%d d %d h".formatted(length.toDays(), length.toHoursPart());
    }
    if (length.toHours() > 0) {
      return "%d h %02d min".formatted(length.toHours(), length.toMinutesPart());
    }
    return length.toMinutes() > 0
        ? "%d min %02d s".formatted(length.toMinutes(), length.toSecondsPart())
        : "%d s".formatted(length.toSeconds());
  }

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }
}
