package io.tiltmeter.gateway.release;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.policy.attestation.ReleasedBy;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;

/** Where released models are registered. */
final class ReleaseStore {
  private final Clock clock;

  ReleaseStore(Clock clock) {
    this.clock = clock;
  }

  /** Whether the model of this job is out already. */
  boolean isReleased(Sql sql, Job job) {
    return sql.find(
            row -> row.getString("name"),
            "select name from released_model where job_id = $1 and tenant_id = $2",
            job.id(),
            job.tenantId())
        .isPresent();
  }

  /** Whether a model was ever registered under this name. */
  boolean isNameTaken(Sql sql, String name) {
    return sql.find(
            row -> row.getString("name"), "select name from released_model where name = $1", name)
        .isPresent();
  }

  /** The digest of what a job was trained on. */
  Digest dataset(Sql sql, Job job) {
    return sql.find(
            row -> Digest.parse(row.getString("digest")),
            "select digest from training_file where id = $1 and tenant_id = $2",
            job.fileId(),
            job.tenantId())
        .orElseThrow(() -> new IllegalStateException("no training file of " + job.id()));
  }

  /** Registers a model. */
  void insert(Sql transaction, Job job, String name, ReleasedBy by, String attestation) {
    transaction.run(
        """
        insert into released_model (name, tenant_id, job_id, artifact_digest, released_by,
          attestation, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        name,
        job.tenantId(),
        job.id(),
        job.pinnedArtifact().toString(),
        by.wireName(),
        attestation,
        clock.instant());
  }
}
