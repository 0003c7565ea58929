package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.cases.OpenCases;
import io.tiltmeter.gateway.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the cases of all tenants that wait for people; for staff. */
final class CaseQueueStore {
  private static final String OPEN =
      """
      with open_case as (
      select review_case.id, kind, review_case.job_id as subject,
        coalesce(job.suffix, '') as name, review_case.tenant_id, opened_at, closes_at,
        appeal.created_at as appealed_at,
        (select array_agg(person) from decision
          where case_id = review_case.id and decision.tenant_id = review_case.tenant_id
            and action = 'release') as proposers
      from review_case
        join job on job.id = review_case.job_id and job.tenant_id = review_case.tenant_id
        left join appeal on appeal.case_id = review_case.id
          and appeal.tenant_id = review_case.tenant_id
      where closed_at is null
      union all
      select dataset_case.id, 'rescan', file_id, filename, dataset_case.tenant_id, opened_at,
        null, null, null
      from dataset_case
        join training_file on training_file.id = file_id
          and training_file.tenant_id = dataset_case.tenant_id
      where closed_at is null
      )
      """;

  /**
   * Cases that are open, oldest first.
   *
   * @param filter only such; null for all
   * @param after only those that come after the case of this id; an unknown id gives none
   */
  List<QueuedCase> list(
      Sql sql, OpenCases.@Nullable Filter filter, @Nullable String after, int limit) {
    return sql.list(
        CaseQueueStore::row,
        OPEN
            + """
            select open_case.*, tenant.name as tenant
            from open_case join tenant on tenant.id = tenant_id
            where case $1::text
                when 'appeals' then appealed_at is not null
                when 'jobs' then kind <> 'rescan'
                when 'datasets' then kind = 'rescan'
                else true
              end
              and ($2::text is null or (opened_at, open_case.id) > (
                select opened_at, id from review_case where id = $2
                union all select opened_at, id from dataset_case where id = $2))
            order by opened_at, open_case.id limit $3
            """,
        filter == null ? null : filter.wireName(),
        after,
        limit);
  }

  /** How many are open. */
  OpenCases.Counts counts(Sql sql) {
    return sql.find(
            row ->
                new OpenCases.Counts(
                    row.getLong("appeals"),
                    row.getLong("jobs"),
                    row.getLong("datasets"),
                    instant(row, "oldest")),
            OPEN
                + """
                select count(appealed_at) as appeals,
                  count(*) filter (where kind <> 'rescan') as jobs,
                  count(*) filter (where kind = 'rescan') as datasets, min(opened_at) as oldest
                from open_case
                """)
        .orElseThrow();
  }

  /** The name of a tenant that has a case. */
  String tenant(Sql sql, UUID id) {
    return sql.find(row -> row.getString("name"), "select name from tenant where id = $1", id)
        .orElseThrow();
  }

  private static QueuedCase row(Row row) {
    String[] proposers = row.getArrayOfStrings("proposers");
    return new QueuedCase(
        row.getString("id"),
        row.getString("kind"),
        row.getString("subject"),
        row.getString("name"),
        row.getString("tenant"),
        row.getOffsetDateTime("opened_at").toInstant(),
        instant(row, "closes_at"),
        instant(row, "appealed_at"),
        proposers == null ? List.of() : List.of(proposers));
  }

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime at = row.getOffsetDateTime(column);
    return at == null ? null : at.toInstant();
  }
}
