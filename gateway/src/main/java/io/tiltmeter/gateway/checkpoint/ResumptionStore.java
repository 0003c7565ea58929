package io.tiltmeter.gateway.checkpoint;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.util.Optional;

/** Which checkpoints trainings go on from. */
public final class ResumptionStore {

  /** What this job's training would go on from now: pinned, and nothing that was blocked. */
  public Optional<Resumption> next(Sql sql, String jobId) {
    return sql.find(
        ResumptionStore::resumption,
        """
        select going.id, going.step, nullif(steps, 0) as steps, artifact_digest
        from checkpoint_to_go_on_from as going join training_lease on training_lease.id = lease_id
        where going.job_id = $1
        """,
        jobId);
  }

  /** What the trainer of this lease was told to go on from, if it was. */
  public Optional<Resumption> ofLease(Sql sql, String leaseId) {
    return sql.find(
        ResumptionStore::resumption,
        """
        select training_checkpoint.id, training_checkpoint.step, nullif(earlier.steps, 0) as steps,
          artifact_digest
        from training_lease as lease
          join training_checkpoint on training_checkpoint.id = lease.resumed_from
          join training_lease as earlier on earlier.id = training_checkpoint.lease_id
        where lease.id = $1
        """,
        leaseId);
  }

  private static Resumption resumption(Row row) {
    return new Resumption(
        row.getString("id"),
        row.getLong("step"),
        row.getLong("steps"),
        Digest.parse(row.getString("artifact_digest")));
  }
}
