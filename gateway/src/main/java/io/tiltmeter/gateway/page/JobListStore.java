package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.Outcome;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Stage;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads jobs as the pages show them. */
final class JobListStore {
  /** The first value is the tenant that is looked at; null looks at all, for staff. */
  private static final String SELECT =
      """
      with seen as (
      select job.id, job.tenant_id, tenant.name as tenant, job.base_model,
        coalesce(job.suffix, '') as suffix, job.policy_digest, job.stage, job.held_for,
        job.error_code, job.error_message, job.created_at, job.finished_at, job.file_id,
        file.filename, file.state as file_state, coalesce(file.examples, 0) as examples,
        coalesce(job.scan, 1) as scan, file.created_at as uploaded_at, file.scanned_at,
        trained.trained_from, trained.trained_until, lease.step, lease.steps, lease.loss,
        evaluation.created_at as evaluated_from, evaluation.finished_at as evaluated_until,
        evaluation.verdict, model.name as released_name, model.created_at as released_at,
        model.deleted_at,
        (select count(*)::int from artifact_file
          where artifact_file.artifact_digest = model.artifact_digest) as files,
        case
          when model.released_by = 'override' then 'released-by-review'
          when job.stage in ('released', 'held', 'blocked', 'failed', 'cancelled') then job.stage
          else 'in-progress'
        end as outcome
      from job
        join tenant on tenant.id = job.tenant_id
        join training_file file on file.id = job.file_id and file.tenant_id = job.tenant_id
        left join released_model model
          on model.job_id = job.id and model.tenant_id = job.tenant_id
        left join lateral (
          select min(created_at) as trained_from,
            max(ended_at) filter (where outcome = 'completed') as trained_until
          from training_lease where job_id = job.id and tenant_id = job.tenant_id) trained on true
        left join lateral (
          select step, steps, loss from training_lease
          where job_id = job.id and tenant_id = job.tenant_id
          order by created_at desc, id limit 1) lease on true
        left join lateral (
          select created_at, finished_at, verdict from evaluation
          where job_id = job.id and tenant_id = job.tenant_id
            and (checkpoint_id is null or verdict = 'block')
          order by created_at desc, id limit 1) evaluation on true
      where ($1::uuid is null or job.tenant_id = $1)
      )
      select * from seen
      """;

  /** One job, if the viewer may see it. */
  Optional<JobRow> find(Sql sql, Optional<UUID> tenantId, String id) {
    return sql.find(JobListStore::row, SELECT + " where id = $2", tenantId.orElse(null), id);
  }

  /** The job that a case is about. */
  Optional<JobRow> ofCase(Sql sql, String caseId) {
    return sql.find(
        JobListStore::row,
        SELECT + " where id = (select job_id from review_case where id = $2)",
        null,
        caseId);
  }

  /**
   * Jobs that the viewer may see, newest first.
   *
   * @param outcome only such; null for all
   * @param after only those that are older than the job of this id; an unknown id gives none
   */
  List<JobRow> list(
      Sql sql,
      Optional<UUID> tenantId,
      @Nullable Outcome outcome,
      @Nullable String after,
      int limit) {
    return sql.list(
        JobListStore::row,
        SELECT
            + """
             where ($2::text is null or outcome = $2)
              and ($3::text is null or (created_at, id) <
                (select created_at, id from job
                  where id = $3 and ($1::uuid is null or tenant_id = $1)))
            order by created_at desc, id desc limit $4
            """,
        tenantId.orElse(null),
        outcome == null ? null : outcome.wireName(),
        after,
        limit);
  }

  private static JobRow row(Row row) {
    return new JobRow(
        row.getString("id"),
        row.getUUID("tenant_id"),
        row.getString("tenant"),
        row.getString("base_model"),
        row.getString("suffix"),
        Digest.parse(row.getString("policy_digest")),
        Stage.of(row.getString("stage")),
        row.getString("held_for") == null ? null : HeldFor.of(row.getString("held_for")),
        row.getString("error_code"),
        row.getString("error_message"),
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row, "finished_at"),
        Outcome.ofWireName(row.getString("outcome")).orElseThrow(),
        upload(row),
        training(row),
        new JobRow.Evaluation(
            instant(row, "evaluated_from"),
            instant(row, "evaluated_until"),
            row.getString("verdict")),
        release(row));
  }

  private static JobRow.Upload upload(Row row) {
    return new JobRow.Upload(
        row.getString("file_id"),
        row.getString("filename"),
        row.getString("file_state").equals("scanned"),
        row.getLong("examples"),
        row.getInteger("scan"),
        row.getOffsetDateTime("uploaded_at").toInstant(),
        instant(row, "scanned_at"));
  }

  private static JobRow.Training training(Row row) {
    return new JobRow.Training(
        instant(row, "trained_from"),
        instant(row, "trained_until"),
        row.getLong("step"),
        row.getLong("steps"),
        row.getDouble("loss"));
  }

  private static JobRow.@Nullable Release release(Row row) {
    String model = row.getString("released_name");
    return model == null
        ? null
        : new JobRow.Release(
            model,
            row.getOffsetDateTime("released_at").toInstant(),
            row.getOffsetDateTime("deleted_at") != null,
            row.getInteger("files"));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime at = row.getOffsetDateTime(column);
    return at == null ? null : at.toInstant();
  }
}
