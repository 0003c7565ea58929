package io.tiltmeter.gateway.limit;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * Durations as OpenAI's rate limit headers write them: {@code 12ms}, {@code 1.5s}, {@code 6m0s}.
 */
final class ResetText {
  private static final int MILLIS_DIGITS = 3;

  private ResetText() {}

  /** Rounded up to milliseconds. */
  static String of(Duration duration) {
    long millis = Math.ceilDiv(duration.toNanos(), Duration.ofMillis(1).toNanos());
    Duration rounded = Duration.ofMillis(millis);
    if (rounded.compareTo(Duration.ofSeconds(1)) < 0) {
      return millis + "ms";
    }
    String seconds = seconds(rounded.minusMinutes(rounded.toMinutes())) + "s";
    return rounded.toMinutes() == 0 ? seconds : rounded.toMinutes() + "m" + seconds;
  }

  private static String seconds(Duration duration) {
    BigDecimal seconds = BigDecimal.valueOf(duration.toMillis(), MILLIS_DIGITS);
    return seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString();
  }
}
