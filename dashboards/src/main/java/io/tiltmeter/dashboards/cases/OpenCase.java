package io.tiltmeter.dashboards.cases;

import io.tiltmeter.dashboards.look.Words;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One case that waits for people.
 *
 * @param id of the case
 * @param subject id of the job, or of the file where no job is held
 * @param name suffix of the job or name of the file; empty where there is none
 * @param waited since it was opened
 * @param due when its job ends by itself; null where none does
 * @param step what has to be done next, for the person who looks
 * @param appealed when the customer appealed; null if it did not
 */
public record OpenCase(
    String id,
    About about,
    String subject,
    String name,
    String tenant,
    Instant opened,
    Duration waited,
    @Nullable Due due,
    Step step,
    @Nullable Instant appealed) {

  /** What a case is about. */
  public enum About {
    /** A job is held for its training file. */
    DATASET("Training file"),
    /** A job is held for a block by the gate. */
    BLOCK("Block by the gate"),
    /** A job is held since the gate could not decide. */
    INCONCLUSIVE("No clear verdict"),
    /** A later scan found a file worse than an earlier one. */
    RESCAN("Past training file");

    private final String text;

    About(String text) {
      this.text = text;
    }

    /** What people read. */
    public String text() {
      return text;
    }
  }

  /**
   * The time that a job is held for.
   *
   * @param isOver whether the job has ended, while its model can still be let out
   */
  public record Due(Instant at, boolean isOver) {}

  /** What has to be done next. */
  public enum Step {
    /** Nobody has proposed anything. */
    DECIDE("A decision"),
    /** Another person has proposed release. */
    SECOND("A second person"),
    /** The person who looks has. */
    OTHER("A second person; you proposed release"),
    /** Somebody has to look at it and say what follows. */
    LOOK("A look, and a reason to close it");

    private final String text;

    Step(String text) {
      this.text = text;
    }

    /** What people read. */
    public String text() {
      return text;
    }
  }

  /** The page where it is decided. */
  public String href() {
    return about == About.RESCAN
        ? "/dataset-cases/" + Words.segment(id)
        : "/jobs/%s#review".formatted(Words.segment(subject));
  }
}
