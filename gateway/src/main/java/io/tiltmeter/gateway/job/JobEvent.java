package io.tiltmeter.gateway.job;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line of what a job's customer is told.
 *
 * @param sequence counts the events of a job from 1
 * @param data a JSON object, if there is any
 */
public record JobEvent(
    String id,
    String jobId,
    long sequence,
    Instant createdAt,
    Level level,
    String type,
    String message,
    @Nullable String data) {

  /** A line for people. */
  public static final String MESSAGE = "message";

  /** Progress of the training, with numbers. */
  public static final String METRICS = "metrics";

  /** What the scan or the gate found. */
  public static final String MODERATION_CHECKS = "moderation_checks";

  /** How grave an event is. */
  public enum Level {
    INFO,
    WARN,
    ERROR;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Level of(String wireName) {
      return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
  }

  /** What is said, before it has a place among the job's events. */
  public record Draft(Level level, String type, String message, @Nullable String data) {

    /** A line for people. */
    public static Draft info(String message) {
      return new Draft(Level.INFO, MESSAGE, message, null);
    }

    /** A line for people about something that needs their attention. */
    public static Draft warn(String message) {
      return new Draft(Level.WARN, MESSAGE, message, null);
    }

    /** A line for people about what ended the job. */
    public static Draft error(String message) {
      return new Draft(Level.ERROR, MESSAGE, message, null);
    }
  }
}
