package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what reports on jobs say. */
final class ReportStore {
  private final StandingStore standings = new StandingStore();

  /** What is known of this job now. */
  ReportFacts facts(Sql sql, Job job) {
    return new ReportFacts(
        decision(sql, job),
        verdict(sql, job).orElse(null),
        file(sql, job, job.fileId()),
        job.validationFileId() == null ? null : file(sql, job, job.validationFileId()),
        grader(sql, job).orElse(null),
        people(sql, job));
  }

  private @Nullable String decision(Sql sql, Job job) {
    JobVerdict verdict =
        standings.find(sql, job.tenantId(), job.id()).map(Standing::verdict).orElse(null);
    return verdict == null ? null : verdict.verdict();
  }

  /** Of what the customer was told, the part that a verdict wrote: only that names a rule. */
  private static Optional<String> verdict(Sql sql, Job job) {
    return sql.find(
        row -> row.getString("data"),
        """
        select data::text as data from job_event
        where tenant_id = $1 and job_id = $2 and type = $3 and data -> 'rule' is not null
        order by sequence desc limit 1
        """,
        job.tenantId(),
        job.id(),
        JobEvent.MODERATION_CHECKS);
  }

  private static ReportFacts.File file(Sql sql, Job job, String fileId) {
    return sql.find(
            row ->
                new ReportFacts.File(
                    row.getString("digest"), scan(sql, job, fileId, row.getInteger("number"), row)),
            """
            select file.digest, scan.number, scan.report from training_file as file
              left join dataset_scan as scan on scan.tenant_id = $1 and scan.file_id = file.id
                and scan.number = coalesce(
                  (select scan from job where tenant_id = $1 and id = $2 and file_id = $3),
                  (select max(number) from dataset_scan
                    where tenant_id = $1 and file_id = $3 and state = 'scanned'))
            where file.tenant_id = $1 and file.id = $3
            """,
            job.tenantId(),
            job.id(),
            fileId)
        .orElseThrow();
  }

  private static CustomerReport.@Nullable Scan scan(
      Sql sql, Job job, String fileId, @Nullable Integer number, Row row) {
    if (number == null) {
      return null;
    }
    List<CustomerReport.Found> findings =
        sql.list(
            found -> new CustomerReport.Found(found.getString("detector"), found.getLong("found")),
            """
            select detector, sum(count)::bigint as found from scan_finding
            where tenant_id = $1 and file_id = $2 and scan = $3 group by detector order by detector
            """,
            job.tenantId(),
            fileId,
            number);
    return new CustomerReport.Scan(row.getString("report"), findings);
  }

  private static Optional<List<CustomerReport.Found>> grader(Sql sql, Job job) {
    return sql.find(
        row ->
            Json.own(row.getString("findings"))
                .valueStream()
                .map(
                    found ->
                        new CustomerReport.Found(
                            found.path("detector").asString(), found.path("count").asLong()))
                .toList(),
        """
        select findings::text as findings from grader_trial where tenant_id = $1 and job_id = $2
        """,
        job.tenantId(),
        job.id());
  }

  private static ReportFacts.People people(Sql sql, Job job) {
    return sql.find(
            row ->
                new ReportFacts.People(
                    row.getString("released_by"),
                    row.getBoolean("decided"),
                    row.getBoolean("appealed"),
                    row.getBoolean("is_over")),
            """
            select
              (select released_by from released_model where tenant_id = $1 and job_id = $2)
                as released_by,
              exists (select from decision join review_case on review_case.id = case_id
                where review_case.tenant_id = $1 and job_id = $2) as decided,
              exists (select from appeal where tenant_id = $1 and job_id = $2) as appealed,
              exists (select from review_case
                where tenant_id = $1 and job_id = $2 and outcome = 'kept') as is_over
            """,
            job.tenantId(),
            job.id())
        .orElseThrow();
  }
}
