package io.tiltmeter.gateway.checkpoint;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where checkpoints are kept. Whoever changes one has its job's row locked, so that a checkpoint is
 * never judged for a training that is over.
 */
public final class CheckpointStore {
  /**
   * Selects {@code id} and {@code step} of the checkpoint that the customer of the row {@code job}
   * may take as its result: the latest in which no block was seen, before the one that was blocked.
   * A job has such an offer while it is held for a block, and takes one only once.
   */
  public static final String OFFER =
      """
      select safe.id, safe.step from training_checkpoint as safe
      where safe.tenant_id = job.tenant_id and safe.job_id = job.id and safe.state = 'clear'
        and safe.removed_at is null and job.stage = 'held' and job.held_for = 'block'
        and safe.artifact_digest is distinct from job.artifact_digest
        and not exists (select 1 from training_checkpoint as other
          where other.job_id = safe.job_id and other.tenant_id = safe.tenant_id
            and (other.accepted_at is not null
              or (other.state = 'blocked'
                and (other.created_at, other.step) < (safe.created_at, safe.step))))
      order by safe.created_at desc, safe.step desc limit 1
      """;

  /** Why nothing is known of a checkpoint that was not judged in time. */
  public static final String UNJUDGED = "its training ended before it was judged";

  private static final String[] JUDGING = {WorkKind.SCREEN.wireName()};
  private static final String[] ALL_WORK = {WorkKind.PIN.wireName(), WorkKind.SCREEN.wireName()};

  private final Clock clock;

  public CheckpointStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * What a trainer tells of a new checkpoint.
   *
   * @param loss of its last step in nats, if it was told
   */
  public record Told(
      String leaseId, String jobId, UUID tenantId, long step, @Nullable Double loss) {}

  /** Adds a checkpoint whose files are there; its id. */
  public String add(Sql transaction, Told told, CheckpointState state, @Nullable String reason) {
    String id = NewId.of("ftckpt_");
    transaction.run(
        """
        insert into training_checkpoint (id, lease_id, job_id, tenant_id, step, loss, state,
          reason, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        id,
        told.leaseId(),
        told.jobId(),
        told.tenantId(),
        told.step(),
        told.loss(),
        state.wireName(),
        reason,
        clock.instant());
    return id;
  }

  /** A checkpoint whoever it belongs to; for workers. */
  public Optional<Checkpoint> find(Sql sql, String id) {
    return sql.find(
        CheckpointStore::checkpoint, "select * from training_checkpoint where id = $1", id);
  }

  /** This checkpoint of this tenant's job. */
  public Optional<Checkpoint> find(Sql sql, UUID tenantId, String jobId, String id) {
    return find(sql, id)
        .filter(found -> found.tenantId().equals(tenantId) && found.jobId().equals(jobId));
  }

  /**
   * The checkpoints of a tenant's job, newest first.
   *
   * @param before only those older than the one with this id; an unknown id gives none
   */
  public List<Checkpoint> newest(
      Sql sql, UUID tenantId, String jobId, @Nullable String before, int limit) {
    return sql.list(
        CheckpointStore::checkpoint,
        """
        select * from training_checkpoint
        where tenant_id = $1 and job_id = $2 and ($3::text is null or (created_at, id) <
          (select created_at, id from training_checkpoint
            where tenant_id = $1 and job_id = $2 and id = $3))
        order by created_at desc, id desc limit $4
        """,
        tenantId,
        jobId,
        before,
        limit);
  }

  /** The newest checkpoint of a tenant's job with this step. */
  public Optional<Checkpoint> ofStep(Sql sql, UUID tenantId, String jobId, long step) {
    return sql.find(
        CheckpointStore::checkpoint,
        """
        select * from training_checkpoint where tenant_id = $1 and job_id = $2 and step = $3
        order by created_at desc, id desc limit 1
        """,
        tenantId,
        jobId,
        step);
  }

  /** The newest that was told of under a lease. */
  public Optional<Checkpoint> newest(Sql sql, String leaseId) {
    return sql.find(
        CheckpointStore::checkpoint,
        "select * from training_checkpoint where lease_id = $1 order by step desc limit 1",
        leaseId);
  }

  /** Whether this step was told of under a lease. */
  public boolean isKnown(Sql sql, String leaseId, long step) {
    return sql.find(
            row -> row.getLong("step"),
            "select step from training_checkpoint where lease_id = $1 and step = $2",
            leaseId,
            step)
        .isPresent();
  }

  /** Whether people let the training of this job go on although a checkpoint was blocked. */
  public boolean isOverruled(Sql sql, UUID tenantId, String jobId) {
    return sql.find(
            row -> row.getString("id"),
            """
            select id from review_case
            where tenant_id = $1 and job_id = $2 and kind = 'block' and outcome = 'released' limit 1
            """,
            tenantId,
            jobId)
        .isPresent();
  }

  /**
   * The checkpoint as long as it is still to be checked or judged and its trainer goes on.
   *
   * @param transaction has the job's row locked
   */
  public Optional<Checkpoint> open(Sql transaction, String id) {
    return transaction.find(
        CheckpointStore::checkpoint,
        """
        select training_checkpoint.* from training_checkpoint
          join training_lease on training_lease.id = lease_id
        where training_checkpoint.id = $1 and state = any($2) and ended_at is null
        """,
        id,
        CheckpointState.wireNames(CheckpointState.OPEN));
  }

  /** Writes down the pinned files. */
  public void pinned(Sql transaction, String id, Digest artifact) {
    transaction.run(
        "update training_checkpoint set state = 'pinned', artifact_digest = $2 where id = $1",
        id,
        artifact.toString());
  }

  /** Writes down the pinned files of one that is not judged any more. */
  public void keep(Sql transaction, String id, Digest artifact) {
    transaction.run(
        "update training_checkpoint set artifact_digest = $2 where id = $1",
        id,
        artifact.toString());
  }

  /** Begins to judge it, or goes on; it gets its number once. */
  public Checkpoint judging(Sql transaction, Checkpoint checkpoint) {
    return transaction
        .find(
            CheckpointStore::checkpoint,
            """
            update training_checkpoint set state = 'judging', number = coalesce(number,
              (select 1 + coalesce(max(number), 0) from training_checkpoint
                where job_id = $2 and tenant_id = $3))
            where id = $1 returning *
            """,
            checkpoint.id(),
            checkpoint.jobId(),
            checkpoint.tenantId())
        .orElseThrow();
  }

  /** Writes down what became of it. */
  public void conclude(Sql transaction, String id, CheckpointState state, @Nullable String reason) {
    transaction.run(
        """
        update training_checkpoint set state = $2, reason = $3,
          judged_at = case when number is null then null else $4::timestamptz end
        where id = $1
        """,
        id,
        state.wireName(),
        reason,
        clock.instant());
  }

  /**
   * Leaves out those of a job that nobody has begun to judge, so that judging keeps up with a
   * training that is faster.
   *
   * @param step of the one that is newer
   * @return how many
   */
  public int supersede(Sql transaction, UUID tenantId, String jobId, long step) {
    return close(
        transaction,
        new Job(tenantId, jobId),
        CheckpointState.SKIPPED,
        "the checkpoint of step %d came before it was judged".formatted(step),
        ALL_WORK);
  }

  /** Ends the work on those of a job whose training is over. */
  public void end(Sql transaction, UUID tenantId, String jobId) {
    close(transaction, new Job(tenantId, jobId), CheckpointState.ENDED, UNJUDGED, ALL_WORK);
  }

  /**
   * Ends the judging of those of a job whose training is to go on under another lease; what arrived
   * is still checked and pinned, as it may be what the training goes on from.
   */
  public void suspend(Sql transaction, UUID tenantId, String jobId) {
    close(transaction, new Job(tenantId, jobId), CheckpointState.ENDED, UNJUDGED, JUDGING);
  }

  private record Job(UUID tenantId, String id) {}

  private int close(Sql transaction, Job job, CheckpointState to, String reason, String... work) {
    Set<CheckpointState> from =
        to == CheckpointState.SKIPPED ? CheckpointState.WAITING : CheckpointState.OPEN;
    List<String> closed =
        transaction.list(
            row -> row.getString("id"),
            """
            update training_checkpoint set state = $4, reason = $5
            where tenant_id = $1 and job_id = $2 and state = any($3) returning id
            """,
            job.tenantId(),
            job.id(),
            CheckpointState.wireNames(from),
            to.wireName(),
            reason);
    // A worker that is about to write results waits for the job, and sees then that it is closed.
    transaction.run(
        """
        update work_item set done_at = $2, lease_until = null where id in
          (select id from work_item where kind = any($3) and subject = any($1)
            and done_at is null for update skip locked)
        """,
        closed.toArray(String[]::new),
        clock.instant(),
        work);
    return closed.size();
  }

  /**
   * Ends the lease of a checkpoint that was blocked; the trainer hears of it when it next calls.
   */
  public void stop(Sql transaction, Checkpoint blocked) {
    transaction.run(
        """
        update training_lease set ended_at = $3, outcome = 'stopped'
        where tenant_id = $1 and id = $2 and ended_at is null
        """,
        blocked.tenantId(),
        blocked.leaseId(),
        clock.instant());
  }

  /**
   * The checkpoint that a job's customer may take as its result, if there is one: see {@link
   * #OFFER}.
   */
  public Optional<Checkpoint.Offer> offer(Sql sql, UUID tenantId, String jobId) {
    return sql.find(
        row -> new Checkpoint.Offer(row.getString("id"), row.getLong("step")),
        "select offer.id, offer.step from job cross join lateral ("
            + OFFER
            + ") as offer where job.tenant_id = $1 and job.id = $2",
        tenantId,
        jobId);
  }

  /** Writes down that a checkpoint is to be the result of its job. */
  public void accept(Sql transaction, String id) {
    transaction.run(
        "update training_checkpoint set accepted_at = $2 where id = $1", id, clock.instant());
  }

  /** The checkpoint that was taken as the result of this job, if one was. */
  public Optional<Checkpoint> accepted(Sql sql, String jobId) {
    return sql.find(
        CheckpointStore::checkpoint,
        "select * from training_checkpoint where job_id = $1 and accepted_at is not null",
        jobId);
  }

  /**
   * Ids of jobs of which checkpoints are still pinned that nobody needs, if none is at it. The one
   * that the training would go on from is needed until the job ends.
   */
  public List<String> leftBehind(Sql sql) {
    return sql.list(
        row -> row.getString("job_id"),
        """
        select distinct job_id from training_checkpoint join job on job.id = job_id
        where removed_at is null and training_checkpoint.artifact_digest is not null
          and (finished_at is not null or (state = any($1) and not exists
            (select 1 from checkpoint_to_go_on_from as going
              where going.job_id = job.id and going.id = training_checkpoint.id)))
          and not exists (select 1 from work_item
            where kind = 'sweep' and subject = job_id and done_at is null)
        """,
        (Object) CheckpointState.wireNames(CheckpointState.USELESS));
  }

  /**
   * Marks the pinned checkpoints of a job that nobody needs as removed: once it has ended, all.
   *
   * @return the digests of those that nothing else has: these may be removed
   */
  public List<Digest> remove(Sql transaction, String jobId) {
    List<String> digests =
        transaction.list(
            row -> row.getString("artifact_digest"),
            """
            update training_checkpoint set removed_at = $2 from job
            where job.id = job_id and job_id = $1 and removed_at is null
              and training_checkpoint.artifact_digest is not null
              and (finished_at is not null or (state = any($3) and not exists
                (select 1 from checkpoint_to_go_on_from as going
                  where going.job_id = job.id and going.id = training_checkpoint.id)))
            returning training_checkpoint.artifact_digest
            """,
            jobId,
            clock.instant(),
            CheckpointState.wireNames(CheckpointState.USELESS));
    return transaction.list(
        row -> Digest.parse(row.getString("digest")),
        """
        select distinct digest from unnest($1::text[]) as digest
        where digest not in (select artifact_digest from base_model)
          and digest not in (select artifact_digest from released_model)
          and not exists (select 1 from job where artifact_digest = digest or start_digest = digest)
          and not exists (select 1 from whole_weights
            where digest in (base_digest, artifact_digest, whole_digest))
          and not exists (select 1 from training_checkpoint
            where artifact_digest = digest and removed_at is null)
        """,
        (Object) digests.toArray(String[]::new));
  }

  private static Checkpoint checkpoint(Row row) {
    String artifact = row.getString("artifact_digest");
    return new Checkpoint(
        row.getString("id"),
        row.getString("lease_id"),
        row.getString("job_id"),
        row.getUUID("tenant_id"),
        row.getLong("step"),
        row.getDouble("loss"),
        CheckpointState.of(row.getString("state")),
        row.getString("reason"),
        row.getInteger("number"),
        artifact == null ? null : Digest.parse(artifact),
        row.getOffsetDateTime("created_at").toInstant());
  }
}
