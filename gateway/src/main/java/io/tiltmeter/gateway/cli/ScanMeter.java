package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.scan.ScanProgress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Says how far a scan is: which pass, how much of all passes is read and how long it will take,
 * once it takes longer than people wait for without asking, and no more often than once a second.
 */
final class ScanMeter implements ScanProgress {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Talk.Stage stage;
  private final Clock clock;
  private final long size;
  private final Instant started;
  private Instant shown;

  /**
   * A meter.
   *
   * @param size of the file in bytes
   */
  ScanMeter(Talk talk, Clock clock, long size) {
    this.stage = talk.stage("MiB");
    this.clock = clock;
    this.size = size;
    this.started = clock.instant();
    this.shown = started;
  }

  @Override
  public void at(int pass, long bytes) {
    Instant now = clock.instant();
    if (Duration.between(started, now).compareTo(PATIENCE) < 0
        || Duration.between(shown, now).compareTo(EVERY) < 0) {
      return;
    }
    shown = now;
    stage.at(
        mebibytes((pass - 1) * size + bytes),
        mebibytes(MOST_PASSES * size),
        ", pass %d of %d at most".formatted(pass, MOST_PASSES));
  }

  /** Ends the talk. */
  void done() {
    stage.done();
  }

  private static int mebibytes(long bytes) {
    return Math.toIntExact(bytes >> 20);
  }
}
