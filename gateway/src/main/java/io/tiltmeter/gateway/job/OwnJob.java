package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.work.WorkStore;
import java.util.UUID;

/** Locks a job that its customer wants to change. */
final class OwnJob {
  private final JobStore jobs;
  private final WorkStore work;

  OwnJob(JobStore jobs, WorkStore work) {
    this.jobs = jobs;
    this.work = work;
  }

  /**
   * The tenant's job, locked until the transaction ends; the work on it first, as workers do.
   *
   * @throws RequestException with status 404 if there is none
   */
  Job lock(Sql transaction, UUID tenantId, String id) {
    Job own =
        jobs.find(transaction, tenantId, id)
            .orElseThrow(() -> RequestException.notFound("fine-tuning job", id));
    work.lock(transaction, own.id());
    return jobs.lock(transaction, own.id()).orElseThrow();
  }
}
