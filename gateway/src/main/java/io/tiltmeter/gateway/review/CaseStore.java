package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where cases and decisions are kept. */
public final class CaseStore {
  private static final String SELECT =
      """
      select id, job_id, tenant_id, kind, reasons::text as reasons, evidence_digest, opened_at,
        closes_at, closed_at, outcome
      from review_case
      """;

  private final Clock clock;

  public CaseStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * Opens a case in the transaction that holds its job, unless one of this kind is open.
   *
   * @param closesAt when the job ends by itself, if it does
   */
  public void open(
      Sql transaction, Job job, HeldFor kind, Reasons reasons, @Nullable Instant closesAt) {
    transaction.run(
        """
        insert into review_case (id, job_id, tenant_id, kind, reasons, evidence_digest, opened_at,
          closes_at)
        values ($1, $2, $3, $4, $5::text::jsonb, $6, $7, $8)
        on conflict (job_id, kind) where closed_at is null do nothing
        """,
        NewId.of("case_"),
        job.id(),
        job.tenantId(),
        kind.wireName(),
        reasons.json(),
        reasons.evidence().toString(),
        clock.instant(),
        closesAt);
  }

  /**
   * Why a job is held.
   *
   * @param json the statement of reasons
   * @param evidence digest of what it rests on
   */
  public record Reasons(String json, Digest evidence) {}

  /** A case, with its decisions; for staff. */
  public Optional<ReviewCase> find(Sql sql, String id) {
    return sql.find(row -> reviewCase(sql, row), SELECT + " where id = $1", id);
  }

  /** The case of a job that is open, or else the newest, with its decisions. */
  public Optional<ReviewCase> ofJob(Sql sql, UUID tenantId, String jobId) {
    return sql.find(
        row -> reviewCase(sql, row),
        SELECT
            + """
             where tenant_id = $1 and job_id = $2
            order by closed_at is not null, opened_at desc, id limit 1
            """,
        tenantId,
        jobId);
  }

  /** Open cases, oldest first; for staff. */
  public List<ReviewCase> open(Sql sql, int limit) {
    return sql.list(
        row -> reviewCase(sql, row),
        SELECT + " where closed_at is null order by opened_at, id limit $1",
        limit);
  }

  /** Locks a case until the transaction ends. */
  void lock(Sql transaction, String id) {
    transaction.run("select id from review_case where id = $1 for update", id);
  }

  /**
   * Adds a person's decision.
   *
   * @throws io.tiltmeter.gateway.db.DatabaseException a duplicate, if the person has decided before
   */
  void add(Sql transaction, ReviewCase on, Caller.Staff person, ReviewCase.Decision decision) {
    transaction.run(
        """
        insert into decision (id, case_id, tenant_id, person, key_id, action, reason,
          evidence_digest, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        NewId.of("decision_"),
        on.id(),
        on.tenantId(),
        decision.person(),
        person.keyId(),
        decision.action().wireName(),
        decision.reason(),
        decision.evidence().toString(),
        decision.at());
  }

  /** Closes a case, if it is open. */
  void close(Sql transaction, String id, String outcome) {
    transaction.run(
        "update review_case set closed_at = $2, outcome = $3 where id = $1 and closed_at is null",
        id,
        clock.instant(),
        outcome);
  }

  private static ReviewCase reviewCase(Sql sql, Row row) {
    String id = row.getString("id");
    return new ReviewCase(
        id,
        row.getString("job_id"),
        row.getUUID("tenant_id"),
        HeldFor.of(row.getString("kind")),
        row.getString("reasons"),
        Digest.parse(row.getString("evidence_digest")),
        row.getOffsetDateTime("opened_at").toInstant(),
        instant(row.getOffsetDateTime("closes_at")),
        instant(row.getOffsetDateTime("closed_at")),
        row.getString("outcome"),
        decisions(sql, id));
  }

  private static List<ReviewCase.Decision> decisions(Sql sql, String caseId) {
    return sql.list(
        row ->
            new ReviewCase.Decision(
                row.getString("person"),
                ReviewCase.Action.of(row.getString("action")),
                row.getString("reason"),
                Digest.parse(row.getString("evidence_digest")),
                row.getOffsetDateTime("created_at").toInstant()),
        "select * from decision where case_id = $1 order by created_at, id",
        caseId);
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }
}
