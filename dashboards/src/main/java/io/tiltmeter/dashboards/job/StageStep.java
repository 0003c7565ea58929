package io.tiltmeter.dashboards.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One stage of one job.
 *
 * @param started null before the stage began
 * @param ended null before the stage ended
 * @param progress null where there is none to tell
 */
public record StageStep(
    Stage stage,
    StageState state,
    @Nullable Instant started,
    @Nullable Instant ended,
    @Nullable Progress progress) {

  /** A stage that has not begun. */
  public static StageStep waiting(Stage stage) {
    return new StageStep(stage, StageState.WAITING, null, null, null);
  }

  /** How long a finished stage took; null for the others. */
  public @Nullable Duration took() {
    return started == null || ended == null ? null : Duration.between(started, ended);
  }
}
