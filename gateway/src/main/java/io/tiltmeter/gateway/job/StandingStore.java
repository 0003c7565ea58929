package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.checkpoint.Checkpoint;
import io.tiltmeter.gateway.checkpoint.CheckpointStore;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads how jobs stand, each in one statement: customers wait for their jobs by asking again and
 * again. Most jobs were never held back, and less is asked of these.
 */
final class StandingStore {
  private static final String VERDICT =
      """
      select verdict, rule from evaluation
      where evaluation.tenant_id = job.tenant_id and evaluation.job_id = job.id
        and verdict is not null and (checkpoint_id is null or verdict = 'block')
      order by evaluation.finished_at desc limit 1
      """;

  /** An open case comes before closed ones. */
  private static final String STATEMENT =
      """
      select review_case.id, kind, opened_at, closes_at, closed_at, outcome, appeal.id as appeal,
        exists (select 1 from decision
          where case_id = review_case.id and decision.tenant_id = job.tenant_id) as decided,
        (select data::text from job_event
          where job_event.job_id = job.id and job_event.tenant_id = job.tenant_id
            and type = '%s' and job_event.created_at <= opened_at
          order by sequence desc limit 1) as facts
      from review_case
        left join appeal on appeal.case_id = review_case.id and appeal.tenant_id = job.tenant_id
      where review_case.tenant_id = job.tenant_id and review_case.job_id = job.id
      order by closed_at is not null, opened_at desc, review_case.id limit 1
      """
          .formatted(JobEvent.MODERATION_CHECKS);

  /** What its customer was told of a file that was blocked at once, for which there is no case. */
  private static final String FILE_FACTS =
      """
      select data::text from job_event
      where job_event.job_id = job.id and job_event.tenant_id = job.tenant_id and type = '%s'
        and job.stage = 'blocked' and job.error_code = '%s'
      order by sequence desc limit 1
      """
          .formatted(JobEvent.MODERATION_CHECKS, Job.Failure.UNSAFE_FILE);

  private static final String REPORT =
      """
      select result_file.id from result_file
      where result_file.tenant_id = job.tenant_id and result_file.job_id = job.id
        and result_file.deleted_at is null
      """;

  /** Whether there may be a checkpoint on offer, or reasons to state. */
  private static final String WAS_HELD_BACK =
      """
      job.stage in ('held', 'blocked') or exists (select 1 from review_case
        where review_case.tenant_id = job.tenant_id and review_case.job_id = job.id)
      """;

  private static final String SELECT_SHORT =
      "select "
          + JobStore.COLUMNS
          + ", said.verdict, said.rule, (%s) as report, (%s) as was_held_back"
              .formatted(REPORT, WAS_HELD_BACK)
          + JobStore.ROWS
          + " left join lateral (%s) as said on true".formatted(VERDICT);

  private static final String SELECT =
      "select "
          + JobStore.COLUMNS
          + """
          , said.verdict, said.rule, offer.id as offer_id, offer.step as offer_step,
            statement.id as statement_id, statement.kind as statement_kind, statement.decided,
            statement.facts, statement.opened_at, statement.closes_at, statement.closed_at,
            statement.outcome, statement.appeal, (%s) as file_facts, (%s) as report
          """
              .formatted(FILE_FACTS, REPORT)
          + JobStore.ROWS
          + """
            left join lateral (%s) as said on true
            left join lateral (%s) as offer on true
            left join lateral (%s) as statement on true
          """
              .formatted(VERDICT, CheckpointStore.OFFER, STATEMENT);

  private static final String OWN = " where job.tenant_id = $1 and job.id = $2";
  private static final String FIND_SHORT = SELECT_SHORT + OWN;
  private static final String FIND = SELECT + OWN;

  /** This tenant's job. */
  Optional<Standing> find(Sql sql, UUID tenantId, String id) {
    return sql.find(StandingStore::brief, FIND_SHORT, tenantId, id)
        .flatMap(
            brief ->
                brief.isWhole()
                    ? Optional.of(brief.standing())
                    : sql.find(StandingStore::standing, FIND, tenantId, id));
  }

  /**
   * A job without its offer and statement.
   *
   * @param isWhole whether it has neither
   */
  private record Brief(Standing standing, boolean isWhole) {}

  private static Brief brief(Row row) {
    return new Brief(
        new Standing(JobStore.job(row), verdict(row), null, null, row.getString("report")),
        !row.getBoolean("was_held_back"));
  }

  /**
   * Which jobs are wanted.
   *
   * @param after only those that are older than the job of this id; an unknown id gives none
   * @param limit at most so many
   */
  record Page(MetadataFilter filter, @Nullable String after, int limit) {}

  /** What the metadata of wanted jobs is like. */
  sealed interface MetadataFilter {

    /** It has at least these entries; with none, every job is wanted. */
    record Has(Map<String, String> entries) implements MetadataFilter {
      public Has {
        entries = Map.copyOf(entries);
      }
    }

    /** There is none. */
    record None() implements MetadataFilter {}
  }

  /** This tenant's jobs, newest first. */
  List<Standing> list(Sql sql, UUID tenantId, Page page) {
    String matches =
        switch (page.filter()) {
          case MetadataFilter.None() -> "job.metadata is null and $4::text is null";
          case MetadataFilter.Has _ -> "($4::text is null or job.metadata @> $4::text::jsonb)";
        };
    return sql.list(
        StandingStore::standing,
        SELECT
            + """
             where job.tenant_id = $1 and ($2::text is null or (job.created_at, job.id) <
              (select created_at, id from job where tenant_id = $1 and id = $2))
              and %s
            order by job.created_at desc, job.id desc limit $3
            """
                .formatted(matches),
        tenantId,
        page.after(),
        page.limit(),
        page.filter() instanceof MetadataFilter.Has(var entries) && !entries.isEmpty()
            ? Json.text(entries)
            : null);
  }

  private static Standing standing(Row row) {
    Job job = JobStore.job(row);
    return new Standing(
        job,
        verdict(row),
        row.getString("offer_id") == null
            ? null
            : new Checkpoint.Offer(row.getString("offer_id"), row.getLong("offer_step")),
        statement(job, row),
        row.getString("report"));
  }

  private static @Nullable JobVerdict verdict(Row row) {
    return row.getString("verdict") == null
        ? null
        : new JobVerdict(row.getString("verdict"), row.getString("rule"));
  }

  private static @Nullable StatementView statement(Job job, Row row) {
    if (row.getString("statement_id") != null) {
      return statement(row);
    }
    return job.isBlockedForItsFile() ? blockedAtOnce(job, row.getString("file_facts")) : null;
  }

  private static StatementView blockedAtOnce(Job job, @Nullable String facts) {
    return new StatementView(
        null,
        HeldFor.DATASET.wireName(),
        true,
        StatementView.facts(facts),
        Objects.requireNonNull(job.finishedAt()).getEpochSecond(),
        null,
        null,
        StatementView.redress(job.id(), true, false),
        null);
  }

  private static StatementView statement(Row row) {
    String appeal = row.getString("appeal");
    boolean open = row.getOffsetDateTime("closed_at") == null;
    return new StatementView(
        row.getString("statement_id"),
        row.getString("statement_kind"),
        !row.getBoolean("decided"),
        StatementView.facts(row.getString("facts")),
        row.getOffsetDateTime("opened_at").toEpochSecond(),
        seconds(row.getOffsetDateTime("closes_at")),
        row.getString("outcome"),
        StatementView.redress(row.getString("id"), open, appeal != null),
        appeal);
  }

  private static @Nullable Long seconds(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toEpochSecond();
  }
}
