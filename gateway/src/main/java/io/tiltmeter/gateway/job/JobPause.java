package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.work.WorkStore;
import java.time.Clock;
import java.util.UUID;

/** Lets a job wait at its customer's wish, and go on. */
final class JobPause {
  private final JobStore jobs;
  private final JobFlow flow;
  private final OwnJob own;
  private final TrainingEnd training;

  JobPause(JobStore jobs, JobFlow flow, WorkStore work, Clock clock) {
    this.jobs = jobs;
    this.flow = flow;
    this.own = new OwnJob(jobs, work);
    this.training = new TrainingEnd(clock);
  }

  /**
   * Pauses; a job that is paused stays so.
   *
   * @throws RequestException with status 404 if there is no such job of this tenant, 400 if its
   *     training is over
   */
  Job pause(Sql transaction, UUID tenantId, String id) {
    Job job = own.lock(transaction, tenantId, id);
    if (!job.isPaused()) {
      if (!flow.pause(transaction, job)) {
        throw RequestException.invalid(
            "job_not_pausable",
            null,
            "Job %s can no longer be paused: it is %s.".formatted(id, job.stage().wireName()));
      }
      training.end(transaction, job, TrainingEnd.Outcome.PAUSED);
    }
    return jobs.find(transaction, tenantId, id).orElseThrow();
  }

  /**
   * Lets a paused job go on.
   *
   * @throws RequestException with status 404 if there is no such job of this tenant, 400 if it is
   *     not paused
   */
  Job resume(Sql transaction, UUID tenantId, String id) {
    Job job = own.lock(transaction, tenantId, id);
    if (!flow.resume(transaction, job)) {
      throw RequestException.invalid(
          "job_not_paused",
          null,
          "Job %s is not paused: it is %s.".formatted(id, job.stage().wireName()));
    }
    return jobs.find(transaction, tenantId, id).orElseThrow();
  }
}
