package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.work.WorkStore;
import java.time.Clock;
import java.util.UUID;

/** Ends a job at its customer's wish, and with it whatever runs for it. */
final class JobCancellation {
  private final JobStore jobs;
  private final JobFlow flow;
  private final WorkStore work;
  private final OwnJob own;
  private final TrainingEnd training;
  private final Clock clock;

  JobCancellation(JobStore jobs, JobFlow flow, WorkStore work, Clock clock) {
    this.jobs = jobs;
    this.flow = flow;
    this.work = work;
    this.own = new OwnJob(jobs, work);
    this.training = new TrainingEnd(clock);
    this.clock = clock;
  }

  /**
   * Cancels.
   *
   * @throws RequestException with status 404 if there is no such job of this tenant, 400 if it can
   *     no longer be cancelled
   */
  Job cancel(Sql transaction, UUID tenantId, String id) {
    Job job = own.lock(transaction, tenantId, id);
    if (!flow.cancel(transaction, job)) {
      throw RequestException.invalid(
          "job_not_cancellable",
          null,
          "Job %s can no longer be cancelled: it is %s.".formatted(id, job.stage().wireName()));
    }
    work.cancel(transaction, job.id());
    training.end(transaction, job, TrainingEnd.Outcome.CANCELLED);
    closeCases(transaction, job);
    return jobs.find(transaction, tenantId, id).orElseThrow();
  }

  private void closeCases(Sql transaction, Job job) {
    transaction.run(
        """
        update review_case set closed_at = $3, outcome = 'cancelled'
        where tenant_id = $1 and job_id = $2 and closed_at is null
        """,
        job.tenantId(),
        job.id(),
        clock.instant());
  }
}
