package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where jobs are kept. */
public final class JobStore {
  /** What is read of a job, from {@link #ROWS}; JSON as text, or the driver would parse it, too. */
  static final String COLUMNS =
      """
      job.id, job.tenant_id, tenant.name as tenant, job.base_model, job.parent_model,
        job.start_digest, job.file_id, job.validation_file_id, job.suffix, job.seed, job.method,
        job.hyperparameters::text as hyperparameters_text, job.grader::text as grader_text,
        job.integrations::text as integrations_text, job.metadata::text as metadata_text,
        job.policy_digest, job.stage, job.held_for, job.error_code, job.error_message,
        job.error_param, job.trained_tokens, job.artifact_digest, job.model_name, job.created_at,
        job.stage_at, job.finished_at, job.paused_at
      """;

  static final String ROWS = " from job join tenant on tenant.id = job.tenant_id ";

  private static final String SELECT = "select " + COLUMNS + ROWS;

  private final Clock clock;

  public JobStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * What a new job is made of.
   *
   * @param idempotencyKey the customer's own, if it sent one
   * @param requestDigest of the request, to know a repeated one
   */
  public record NewJob(
      String id,
      UUID tenantId,
      String baseModel,
      String fileId,
      String createdBy,
      Terms terms,
      Digest policyDigest,
      @Nullable String idempotencyKey,
      Digest requestDigest) {

    /** What the customer asked for. */
    public record Terms(
        @Nullable String validationFileId,
        @Nullable String suffix,
        long seed,
        Training training,
        @Nullable Map<String, String> metadata) {}
  }

  /** Adds a job in stage {@link Stage#SCANNING}. */
  public void insert(Sql sql, NewJob job) {
    NewJob.Terms terms = job.terms();
    sql.run(
        """
        insert into job (id, tenant_id, base_model, file_id, created_by, suffix, seed, method,
          hyperparameters, metadata, policy_digest, idempotency_key, request_digest, stage,
          created_at, stage_at, grader, validation_file_id, integrations)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10::text::jsonb, $11, $12, $13,
          'scanning', $14, $14, $15::text::jsonb, $16, $17::text::jsonb)
        """,
        job.id(),
        job.tenantId(),
        job.baseModel(),
        job.fileId(),
        job.createdBy(),
        terms.suffix(),
        terms.seed(),
        terms.training().method().wireName(),
        terms.training().hyperparameters().json(),
        terms.metadata() == null ? null : Json.text(terms.metadata()),
        job.policyDigest().toString(),
        job.idempotencyKey(),
        job.requestDigest().toString(),
        clock.instant(),
        terms.training().graderJson(),
        terms.validationFileId(),
        terms.training().integrationsJson());
  }

  /** This tenant's job. */
  public Optional<Job> find(Sql sql, UUID tenantId, String id) {
    return sql.find(
        JobStore::job, SELECT + " where job.tenant_id = $1 and job.id = $2", tenantId, id);
  }

  /** This tenant's jobs whose ids begin so. */
  List<Job> beginningWith(Sql sql, UUID tenantId, String letters) {
    return sql.list(
        JobStore::job,
        SELECT + " where job.tenant_id = $1 and starts_with(job.id, $2)",
        tenantId,
        letters);
  }

  /**
   * The newest job that the same request made without an idempotency key since then; whoever
   * cancelled one wants another.
   */
  Optional<String> byRequest(Sql sql, UUID tenantId, Digest request, Instant since) {
    return sql.find(
        row -> row.getString("id"),
        """
        select id from job
        where tenant_id = $1 and created_at >= $3 and request_digest = $2
          and idempotency_key is null and stage <> 'cancelled'
        order by created_at desc limit 1
        """,
        tenantId,
        request.toString(),
        since);
  }

  /** A job whoever it belongs to; for workers and staff. */
  public Optional<Job> findForStaff(Sql sql, String id) {
    return sql.find(JobStore::job, SELECT + " where job.id = $1", id);
  }

  /** A job, locked until the transaction ends. */
  public Optional<Job> lock(Sql transaction, String id) {
    return transaction.find(JobStore::job, SELECT + " where job.id = $1 for update of job", id);
  }

  /** Jobs that wait for the scan of this file, oldest first; locked until the transaction ends. */
  public List<Job> waitingFor(Sql transaction, UUID tenantId, String fileId) {
    return transaction.list(
        JobStore::job,
        SELECT
            + """
             where job.tenant_id = $1 and $2 in (job.file_id, job.validation_file_id)
              and job.stage = 'scanning'
            order by job.created_at for update of job
            """,
        tenantId,
        fileId);
  }

  /**
   * Moves a job on, if it is in one of the expected stages; the row stays locked until the
   * transaction ends.
   *
   * @return whether it moved
   */
  public boolean move(Sql transaction, String id, Set<Stage> from, Stage to) {
    return transaction.change(
        """
        update job set stage = $3, stage_at = $4, held_for = null,
          finished_at = case when $5 then $4 else finished_at end
        where id = $1 and stage = any($2)
        """,
        id,
        from.stream().map(Stage::wireName).toArray(String[]::new),
        to.wireName(),
        clock.instant(),
        to.isFinal());
  }

  /** Holds a job that is in this stage; whether it was. */
  public boolean hold(Sql transaction, String id, Stage from, HeldFor reason) {
    return transaction.change(
        """
        update job set stage = 'held', held_for = $3, stage_at = $4
        where id = $1 and stage = $2
        """,
        id,
        from.wireName(),
        reason.wireName(),
        clock.instant());
  }

  /** Lets a job wait whose training is not over; whether it is one that did not wait before. */
  boolean pause(Sql transaction, String id) {
    return transaction.change(
        """
        update job set paused_at = $2
        where id = $1 and paused_at is null and stage in ('scanning', 'queued', 'training')
        """,
        id,
        clock.instant());
  }

  /** Lets a job go on; whether it waited at its customer's wish. */
  boolean resume(Sql transaction, String id) {
    return transaction.change(
        """
        update job set paused_at = null
        where id = $1 and paused_at is not null and stage in ('scanning', 'queued')
        """,
        id);
  }

  /** Writes down why a job ends. */
  public void fail(Sql transaction, String id, Job.Failure failure) {
    transaction.run(
        "update job set error_code = $2, error_message = $3, error_param = $4 where id = $1",
        id,
        failure.code(),
        failure.message(),
        failure.param());
  }

  /** Writes down what the trainer counted. */
  public void trained(Sql transaction, String id, @Nullable Long tokens) {
    transaction.run("update job set trained_tokens = $2 where id = $1", id, tokens);
  }

  /** Writes down the pinned result. */
  public void pinned(Sql transaction, String id, Digest artifact) {
    transaction.run("update job set artifact_digest = $2 where id = $1", id, artifact.toString());
  }

  /**
   * Writes down which released model a new job tunes further.
   *
   * @param start manifest of its whole weights, if they are there
   */
  public void descend(Sql transaction, String id, String parentModel, @Nullable Digest start) {
    transaction.run(
        "update job set parent_model = $2, start_digest = $3 where id = $1",
        id,
        parentModel,
        start == null ? null : start.toString());
  }

  /** Writes down the weights that a job's training starts from; a trainer can have it from now. */
  public void startsFrom(Sql transaction, String id, Digest start) {
    transaction.run(
        "update job set start_digest = $2 where id = $1 and parent_model is not null",
        id,
        start.toString());
  }

  /** Writes down the public name. */
  public void named(Sql transaction, String id, String modelName) {
    transaction.run("update job set model_name = $2 where id = $1", id, modelName);
  }

  /** How many jobs of all tenants are in each stage that has any; for metrics. */
  public Map<Stage, Long> counts(Sql sql) {
    return sql
        .list(
            row -> Map.entry(Stage.of(row.getString("stage")), row.getLong("jobs")),
            "select stage, count(*) as jobs from job group by stage")
        .stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  static Job job(Row row) {
    return new Job(
        row.getString("id"),
        row.getUUID("tenant_id"),
        row.getString("tenant"),
        row.getString("base_model"),
        parent(row),
        row.getString("file_id"),
        row.getString("validation_file_id"),
        row.getString("suffix"),
        row.getLong("seed"),
        training(row),
        metadata(row.getString("metadata_text")),
        Digest.parse(row.getString("policy_digest")),
        Stage.of(row.getString("stage")),
        row.getString("held_for") == null ? null : HeldFor.of(row.getString("held_for")),
        failure(row),
        row.getLong("trained_tokens"),
        row.getString("artifact_digest") == null
            ? null
            : Digest.parse(row.getString("artifact_digest")),
        row.getString("model_name"),
        row.getOffsetDateTime("created_at").toInstant(),
        row.getOffsetDateTime("stage_at").toInstant(),
        instant(row.getOffsetDateTime("finished_at")),
        instant(row.getOffsetDateTime("paused_at")));
  }

  private static Training training(Row row) {
    String grader = row.getString("grader_text");
    return new Training(
        TrainingMethod.of(row.getString("method")).orElseThrow(),
        Hyperparameters.ofJson(row.getString("hyperparameters_text")),
        grader == null ? null : Json.own(grader),
        Integration.ofJson(row.getString("integrations_text")));
  }

  private static Job.@Nullable Parent parent(Row row) {
    String model = row.getString("parent_model");
    String start = row.getString("start_digest");
    return model == null ? null : new Job.Parent(model, start == null ? null : Digest.parse(start));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }

  private static Job.@Nullable Failure failure(Row row) {
    String code = row.getString("error_code");
    return code == null
        ? null
        : new Job.Failure(code, row.getString("error_message"), row.getString("error_param"));
  }

  private static @Nullable Map<String, String> metadata(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    Json.own(text)
        .properties()
        .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asString()));
    return metadata;
  }
}
