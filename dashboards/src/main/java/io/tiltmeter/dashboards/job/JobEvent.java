package io.tiltmeter.dashboards.job;

import io.tiltmeter.dashboards.look.Tone;
import java.time.Instant;

/** One line of a job's history. */
public record JobEvent(long sequence, Instant createdAt, Level level, String message) {

  /** How serious an event is. */
  public enum Level {
    INFO("info", Tone.NEUTRAL),
    WARN("warning", Tone.CAUTION),
    ERROR("error", Tone.BAD);

    private final String text;
    private final Tone tone;

    Level(String text, Tone tone) {
      this.text = text;
      this.tone = tone;
    }

    /** What people read. */
    public String text() {
      return text;
    }

    /** The colour. */
    public Tone tone() {
      return tone;
    }
  }
}
