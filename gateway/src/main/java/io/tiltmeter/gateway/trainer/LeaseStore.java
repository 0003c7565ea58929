package io.tiltmeter.gateway.trainer;

import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.checkpoint.Resumption;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.job.JobEvent;
import io.tiltmeter.gateway.job.TrainerCapabilities;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.lineage.Manifest;
import io.tiltmeter.policy.lineage.PinnedFile;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where leases are kept, and what trainers said under them. */
public final class LeaseStore {
  private static final String CHECKPOINTS = UploadPath.CHECKPOINTS + "/%";

  private final Clock clock;
  private final CheckpointStore checkpoints;

  public LeaseStore(Clock clock) {
    this.clock = clock;
    this.checkpoints = new CheckpointStore(clock);
  }

  /**
   * Locks the oldest job that waits for such a trainer and that nobody has locked; not one of which
   * a checkpoint is being checked, as its training may go on from that.
   */
  Optional<String> nextJob(Sql transaction, TrainerCapabilities can) {
    return transaction.find(
        row -> row.getString("id"),
        """
        select id from job
        where stage = 'queued' and paused_at is null and method = any($1)
          and (parent_model is null or start_digest is not null)
          and not exists (select 1 from training_checkpoint join work_item
              on work_item.kind = 'pin' and subject = training_checkpoint.id and done_at is null
            where training_checkpoint.job_id = job.id)
          and not exists (select from jsonb_array_elements(integrations) as wanted
            where wanted ->> 'type' <> all($2))
        order by created_at, id limit 1 for update skip locked
        """,
        can.methods().toArray(String[]::new),
        can.integrations().toArray(String[]::new));
  }

  /**
   * @param resumption what its trainer is told to go on from; null to begin at the base
   */
  void insert(Sql transaction, Lease lease, @Nullable Resumption resumption) {
    transaction.run(
        """
        insert into training_lease (id, job_id, tenant_id, key_id, trainer, token_hash, created_at,
          lease_until, resumed_from)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        lease.id(),
        lease.jobId(),
        lease.tenantId(),
        lease.keyId(),
        lease.trainer(),
        lease.tokenHash().toString(),
        clock.instant(),
        lease.until(),
        resumption == null ? null : resumption.checkpoint());
  }

  Optional<Lease> find(Sql sql, String id) {
    return sql.find(LeaseStore::lease, "select * from training_lease where id = $1", id);
  }

  /** The lease as it is now; it stays so until the transaction ends. */
  Lease lock(Sql transaction, Lease lease) {
    return transaction
        .find(
            LeaseStore::lease,
            "select * from training_lease where tenant_id = $1 and id = $2 for update",
            lease.tenantId(),
            lease.id())
        .orElseThrow();
  }

  /** The lease that a job was last given under, if it ever was. */
  Optional<Lease> latest(Sql sql, Job job) {
    return sql.find(
        LeaseStore::lease,
        """
        select * from training_lease where tenant_id = $1 and job_id = $2
        order by created_at desc, number desc limit 1
        """,
        job.tenantId(),
        job.id());
  }

  /** The lease under which the job's result was handed over. */
  Optional<Lease> completed(Sql sql, String jobId) {
    return sql.find(
        LeaseStore::lease,
        "select * from training_lease where job_id = $1 and outcome = 'completed'",
        jobId);
  }

  /** Leases that ran out and were not ended yet. */
  List<Lease> expired(Sql sql) {
    return sql.list(
        LeaseStore::lease,
        """
        select * from training_lease where ended_at is null and lease_until <= $1
        order by lease_until
        """,
        clock.instant());
  }

  /** Those of these leases whose files are still needed. */
  Set<String> needed(Sql sql, Collection<String> leases) {
    return sql
        .list(
            row -> row.getString("id"),
            """
            select training_lease.id from training_lease join job on job.id = job_id
            where training_lease.id = any($1) and (ended_at is null
              or (outcome = 'completed' and stage = 'vetting')
              or (outcome = 'paused' and lease_until > $2)
              or exists (select 1 from training_checkpoint join work_item
                  on work_item.kind = 'pin' and subject = training_checkpoint.id and done_at is null
                where training_checkpoint.lease_id = training_lease.id))
            """,
            leases.toArray(String[]::new),
            clock.instant())
        .stream()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How many leases of this one's job ended like this. */
  long ended(Sql sql, Lease lease, Lease.Outcome outcome) {
    return sql.find(
            row -> row.getLong("n"),
            """
            select count(*) as n from training_lease
            where tenant_id = $1 and job_id = $2 and outcome = $3
            """,
            lease.tenantId(),
            lease.jobId(),
            outcome.wireName())
        .orElseThrow();
  }

  /** Ends a lease that runs, and with it the judging of checkpoints that were sent under it. */
  void end(Sql transaction, Lease lease, Lease.Outcome outcome) {
    if (outcome == Lease.Outcome.COMPLETED) {
      checkpoints.end(transaction, lease.tenantId(), lease.jobId());
    } else {
      checkpoints.suspend(transaction, lease.tenantId(), lease.jobId());
    }
    transaction.run(
        """
        update training_lease set ended_at = $3, outcome = $4
        where tenant_id = $1 and id = $2 and ended_at is null
        """,
        lease.tenantId(),
        lease.id(),
        clock.instant(),
        outcome.wireName());
  }

  void beat(Sql transaction, Lease lease, Progress progress, Instant until) {
    transaction.run(
        """
        update training_lease set lease_until = $3, step = $4, steps = $5, loss = $6,
          checkpoint = $7
        where tenant_id = $1 and id = $2
        """,
        lease.tenantId(),
        lease.id(),
        until,
        progress.step(),
        progress.steps(),
        progress.loss(),
        progress.checkpoint());
  }

  /** When the job's customer was last told how far the training is. */
  Optional<Instant> lastToldAt(Sql sql, Lease lease) {
    return sql.find(
        row -> row.getOffsetDateTime("created_at").toInstant(),
        """
        select created_at from job_event where tenant_id = $1 and job_id = $2 and type = $3
        order by sequence desc limit 1
        """,
        lease.tenantId(),
        lease.jobId(),
        JobEvent.METRICS);
  }

  /** Writes down a file that was sent; a file of the same path is replaced. */
  void put(Sql transaction, Lease lease, PinnedFile file) {
    transaction.run(
        """
        insert into uploaded_file (lease_id, path, size, digest) values ($1, $2, $3, $4)
        on conflict (lease_id, path) do update set size = $3, digest = $4
        """,
        lease.id(),
        file.path(),
        file.size(),
        file.digest().toString());
  }

  /** How many files were sent under a lease. */
  long count(Sql sql, Lease lease) {
    return sql.find(
            row -> row.getLong("n"),
            "select count(*) as n from uploaded_file where lease_id = $1",
            lease.id())
        .orElseThrow();
  }

  /** The files of the result, as they were sent. */
  Manifest result(Sql sql, Lease lease) {
    return new Manifest(
        sql.list(
            LeaseStore::file,
            "select * from uploaded_file where lease_id = $1 and path not like $2",
            lease.id(),
            CHECKPOINTS));
  }

  /** The files of a checkpoint, as they were sent. */
  Manifest checkpoint(Sql sql, String leaseId, long step) {
    return new Manifest(
        sql.list(
            LeaseStore::file,
            "select * from uploaded_file where lease_id = $1 and path like $2",
            leaseId,
            UploadPath.ofCheckpoint(step) + "%"));
  }

  private static PinnedFile file(Row row) {
    return new PinnedFile(
        row.getString("path"), row.getLong("size"), Digest.parse(row.getString("digest")));
  }

  private static Lease lease(Row row) {
    String outcome = row.getString("outcome");
    return new Lease(
        row.getString("id"),
        row.getString("job_id"),
        row.getUUID("tenant_id"),
        row.getString("key_id"),
        row.getString("trainer"),
        Digest.parse(row.getString("token_hash")),
        row.getOffsetDateTime("lease_until").toInstant(),
        row.getLong("step"),
        outcome == null ? null : Lease.Outcome.of(outcome));
  }
}
