package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.JobSummary;
import io.tiltmeter.dashboards.job.Stage;
import io.tiltmeter.gateway.job.HeldFor;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the list and the page both say of a job. */
final class Summaries {
  private Summaries() {}

  static JobSummary of(JobRow job, Instant now) {
    Instant end = Optional.ofNullable(job.finishedAt()).orElse(now);
    return new JobSummary(
        job.id(),
        job.tenant(),
        job.baseModel(),
        job.suffix(),
        stage(job),
        job.stage().status(),
        job.outcome(),
        job.createdAt(),
        Duration.between(job.createdAt(), end));
  }

  /** The stage where a job is or ended. */
  static Stage stage(JobRow job) {
    if (job.release() != null) {
      return Stage.RELEASE;
    }
    return switch (job.stage()) {
      case SCANNING -> Stage.SCAN;
      case QUEUED, TRAINING -> Stage.TRAINING;
      case VETTING -> Stage.VETTING;
      case EVALUATING -> Stage.EVALUATION;
      case RELEASING, RELEASED -> Stage.RELEASE;
      case HELD -> job.heldFor() == HeldFor.DATASET ? Stage.SCAN : Stage.GATE;
      case BLOCKED -> "unsafe_file".equals(job.errorCode()) ? Stage.SCAN : Stage.GATE;
      case FAILED, CANCELLED -> reached(job);
    };
  }

  /** The last stage that left a trace. */
  private static Stage reached(JobRow job) {
    if (job.evaluation().until() != null) {
      return Stage.GATE;
    }
    if (job.evaluation().from() != null) {
      return Stage.EVALUATION;
    }
    if (job.training().until() != null) {
      return Stage.VETTING;
    }
    return job.upload().isScanned() ? Stage.TRAINING : Stage.SCAN;
  }
}
