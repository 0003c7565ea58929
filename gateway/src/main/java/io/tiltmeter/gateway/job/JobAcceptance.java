package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.audit.AuditEntry;
import io.tiltmeter.gateway.audit.AuditStore;
import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.RequestException;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a checkpoint the result of a held job, at its customer's wish. Nothing is released on what
 * was seen of it: it goes the way of any result.
 */
public final class JobAcceptance {
  private final JobStore jobs;
  private final JobFlow flow;
  private final CheckpointStore checkpoints;
  private final WorkStore work;
  private final OwnJob own;
  private final AuditStore audit;
  private final Clock clock;

  public JobAcceptance(JobStore jobs, JobFlow flow, Clock clock) {
    this.jobs = jobs;
    this.flow = flow;
    this.checkpoints = new CheckpointStore(clock);
    this.work = new WorkStore(clock);
    this.own = new OwnJob(jobs, work);
    this.audit = new AuditStore(clock);
    this.clock = clock;
  }

  /**
   * Takes a checkpoint that is offered.
   *
   * @throws RequestException with status 404 if there is no such job or checkpoint of this tenant,
   *     409 if it is not offered
   */
  public Job accept(Sql transaction, Caller.Tenant caller, String id, String checkpointId) {
    Job job = own.lock(transaction, caller.tenantId(), id);
    Checkpoint wanted =
        checkpoints
            .find(transaction, caller.tenantId(), id, checkpointId)
            .orElseThrow(() -> RequestException.notFound("checkpoint", checkpointId));
    requireOffered(transaction, job, wanted);
    if (!flow.accept(transaction, job, wanted.step())) {
      throw new IllegalStateException("a job with an offer is not held: " + id);
    }
    checkpoints.accept(transaction, wanted.id());
    closeCase(transaction, job);
    work.cancel(transaction, job.id());
    work.renew(transaction, WorkKind.VET, job.id());
    record(transaction, caller, job, wanted);
    return jobs.find(transaction, caller.tenantId(), id).orElseThrow();
  }

  private void requireOffered(Sql transaction, Job job, Checkpoint wanted) {
    Checkpoint.Offer offer = checkpoints.offer(transaction, job.tenantId(), job.id()).orElse(null);
    if (offer == null || !offer.checkpoint().equals(wanted.id())) {
      throw new RequestException(
          409,
          "checkpoint_not_offered",
          null,
          "Checkpoint %s cannot be taken as the result of job %s: %s."
              .formatted(wanted.id(), job.id(), whyNot(offer)));
    }
  }

  private static String whyNot(Checkpoint.@Nullable Offer offer) {
    return offer == null
        ? "the job is not held for a block, or there is no checkpoint to go back to"
        : "the one that is offered is " + offer.checkpoint();
  }

  /** What people had to decide was another model. */
  private void closeCase(Sql transaction, Job job) {
    transaction.run(
        """
        update review_case set closed_at = $3, outcome = 'superseded'
        where tenant_id = $1 and job_id = $2 and kind = 'block' and closed_at is null
        """,
        job.tenantId(),
        job.id(),
        clock.instant());
  }

  private void record(Sql transaction, Caller.Tenant caller, Job job, Checkpoint accepted) {
    audit.append(
        transaction,
        new AuditEntry.Fact(
            caller.holder(),
            "accept-checkpoint",
            job.id(),
            Map.of(
                "checkpoint",
                accepted.id(),
                "step",
                Long.toString(accepted.step()),
                "artifact",
                accepted.pinnedArtifact().toString(),
                "key",
                caller.keyId())));
  }
}
