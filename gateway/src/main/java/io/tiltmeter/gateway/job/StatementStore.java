package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads why jobs were held back: from their cases, and from what their customers were told. */
final class StatementStore {

  /**
   * The statement on each of these jobs of one tenant that has a case; the open one comes first.
   */
  Map<String, StatementView> of(Sql sql, UUID tenantId, List<String> jobIds) {
    return sql
        .list(
            row -> Map.entry(row.getString("job_id"), statement(row)),
            """
            select distinct on (review_case.job_id) review_case.job_id, review_case.id, kind,
              opened_at, closes_at, closed_at, outcome, appeal.id as appeal,
              exists (select 1 from decision
                where case_id = review_case.id and decision.tenant_id = $1) as decided,
              (select data::text from job_event
                where job_event.job_id = review_case.job_id and job_event.tenant_id = $1
                  and type = $3 and job_event.created_at <= opened_at
                order by sequence desc limit 1) as facts
            from review_case
              left join appeal on appeal.case_id = review_case.id and appeal.tenant_id = $1
            where review_case.tenant_id = $1 and review_case.job_id = any($2)
            order by review_case.job_id, closed_at is not null, opened_at desc, review_case.id
            """,
            tenantId,
            jobIds.toArray(String[]::new),
            JobEvent.MODERATION_CHECKS)
        .stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * The statement on each of these jobs of one tenant that a scan blocked, and nobody contested.
   */
  Map<String, StatementView> ofBlockedFiles(Sql sql, UUID tenantId, List<String> jobIds) {
    return sql
        .list(
            row -> Map.entry(row.getString("id"), blockedAtOnce(row)),
            """
            select id, finished_at,
              (select data::text from job_event
                where job_event.job_id = job.id and job_event.tenant_id = $1 and type = $3
                order by sequence desc limit 1) as facts
            from job
            where tenant_id = $1 and id = any($2) and stage = 'blocked' and error_code = $4
              and not exists (select from review_case
                where review_case.tenant_id = $1 and review_case.job_id = job.id)
            """,
            tenantId,
            jobIds.toArray(String[]::new),
            JobEvent.MODERATION_CHECKS,
            Job.Failure.UNSAFE_FILE)
        .stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static StatementView blockedAtOnce(Row row) {
    return new StatementView(
        null,
        HeldFor.DATASET.wireName(),
        true,
        StatementView.facts(row.getString("facts")),
        row.getOffsetDateTime("finished_at").toEpochSecond(),
        null,
        null,
        StatementView.redress(row.getString("id"), true, false),
        null);
  }

  private static StatementView statement(Row row) {
    String appeal = row.getString("appeal");
    boolean open = row.getOffsetDateTime("closed_at") == null;
    return new StatementView(
        row.getString("id"),
        row.getString("kind"),
        !row.getBoolean("decided"),
        StatementView.facts(row.getString("facts")),
        row.getOffsetDateTime("opened_at").toEpochSecond(),
        seconds(row.getOffsetDateTime("closes_at")),
        row.getString("outcome"),
        StatementView.redress(row.getString("job_id"), open, appeal != null),
        appeal);
  }

  private static @Nullable Long seconds(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toEpochSecond();
  }
}
