package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Sql;
import java.time.Clock;
import java.util.Locale;

/** Ends the training of a job at its customer's wish. */
final class TrainingEnd {
  private final CheckpointStore checkpoints;
  private final Clock clock;

  TrainingEnd(Clock clock) {
    this.checkpoints = new CheckpointStore(clock);
    this.clock = clock;
  }

  /** Why it ends, as the lease keeps it. */
  enum Outcome {
    CANCELLED,
    PAUSED
  }

  /**
   * Ends the lease, if one runs, of which the trainer hears with its next heartbeat, and the work
   * on checkpoints that nobody has judged yet. Those that were judged stay.
   *
   * @param transaction has the job's row locked
   */
  void end(Sql transaction, Job job, Outcome outcome) {
    transaction.run(
        """
        update training_lease set ended_at = $3, outcome = $4
        where tenant_id = $1 and job_id = $2 and ended_at is null
        """,
        job.tenantId(),
        job.id(),
        clock.instant(),
        outcome.name().toLowerCase(Locale.ROOT));
    switch (outcome) {
      case CANCELLED -> checkpoints.end(transaction, job.tenantId(), job.id());
      case PAUSED -> checkpoints.suspend(transaction, job.tenantId(), job.id());
    }
  }
}
