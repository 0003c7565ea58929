package io.tiltmeter.gateway.sourcefile;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations in files that people write: a whole number and one of {@code s}, {@code m}, {@code h},
 * {@code d}.
 */
public final class DurationText {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,6})([smhd])");

  private DurationText() {}

  /** The duration of this key; the default where it is absent or, reported, wrong. */
  public static Duration read(Fields fields, String key, Duration byDefault, Issues issues) {
    if (!fields.has(key)) {
      return byDefault;
    }
    String text = fields.text(key);
    if (text == null) {
      return byDefault;
    }
    Optional<Duration> duration = parse(text);
    if (duration.isEmpty()) {
      issues.add(
          fields.placeOf(key),
          "%s must be a duration such as 72h, 30m, 45s or 7d, got %s"
              .formatted(Words.quote(key), Words.quote(text)));
    }
    return duration.orElse(byDefault);
  }

  /** The duration, if this is one. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(unit(matcher.group(2)).multipliedBy(Long.parseLong(matcher.group(1))))
        : Optional.empty();
  }

  private static Duration unit(String letter) {
    return switch (letter) {
      case "d" -> Duration.ofDays(1);
      case "h" -> Duration.ofHours(1);
      case "m" -> Duration.ofMinutes(1);
      default -> Duration.ofSeconds(1);
    };
  }

  /** The same duration in hours where they are whole, else in minutes, else in seconds. */
  public static String write(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
