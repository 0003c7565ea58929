package io.tiltmeter.gateway.review;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.HeldFor;
import io.tiltmeter.gateway.job.Job;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.webhook.EventType;
import io.tiltmeter.gateway.webhook.Outbox;
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
      select review_case.*, reasons::text as reasons_text, appeal.id as appeal_id,
        appeal.text as appeal_text, appeal.key_id as appeal_key, appeal.created_at as appeal_at
      from review_case left join appeal on appeal.case_id = review_case.id
        and appeal.tenant_id = review_case.tenant_id
      """;

  private final Outbox outbox;
  private final Clock clock;

  public CaseStore(Clock clock) {
    this.outbox = new Outbox(clock);
    this.clock = clock;
  }

  /**
   * Opens a case in the transaction that holds its job, and tells the customer's webhook endpoints,
   * unless one of this kind is open.
   *
   * @param closesAt when the job ends by itself, if it does
   */
  public void open(
      Sql transaction, Job job, HeldFor kind, Reasons reasons, @Nullable Instant closesAt) {
    String id = NewId.of(ReviewCase.PREFIX);
    boolean opened =
        transaction.change(
            """
        insert into review_case (id, job_id, tenant_id, kind, reasons, evidence_digest, opened_at,
          closes_at)
        values ($1, $2, $3, $4, $5::text::jsonb, $6, $7, $8)
        on conflict (job_id, kind) where closed_at is null do nothing
        """,
            id,
            job.id(),
            job.tenantId(),
            kind.wireName(),
            reasons.json(),
            reasons.evidence().toString(),
            clock.instant(),
            closesAt);
    if (opened) {
      outbox.publish(transaction, job.tenantId(), EventType.ALERT_CREATED, ReviewCase.alertOf(id));
    }
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
    return sql.find(row -> reviewCase(sql, row), SELECT + " where review_case.id = $1", id);
  }

  /** This tenant's case, with its decisions. */
  Optional<ReviewCase> find(Sql sql, UUID tenantId, String id) {
    return sql.find(
        row -> reviewCase(sql, row),
        SELECT + " where review_case.tenant_id = $1 and review_case.id = $2",
        tenantId,
        id);
  }

  /** The case of a job that is open, or else the newest, with its decisions. */
  public Optional<ReviewCase> ofJob(Sql sql, UUID tenantId, String jobId) {
    return sql.find(
        row -> reviewCase(sql, row),
        SELECT
            + """
             where review_case.tenant_id = $1 and review_case.job_id = $2
            order by closed_at is not null, opened_at desc, review_case.id limit 1
            """,
        tenantId,
        jobId);
  }

  /** Open cases, oldest first; for staff. */
  public List<ReviewCase> open(Sql sql, int limit) {
    return sql.list(
        row -> reviewCase(sql, row),
        SELECT + " where closed_at is null order by opened_at, review_case.id limit $1",
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

  /** Closes a case, if it is open, and tells the customer's webhook endpoints. */
  void close(Sql transaction, ReviewCase on, String outcome) {
    boolean closed =
        transaction.change(
            """
            update review_case set closed_at = $3, outcome = $4
            where tenant_id = $1 and id = $2 and closed_at is null
            """,
            on.tenantId(),
            on.id(),
            clock.instant(),
            outcome);
    if (closed) {
      outbox.publish(transaction, on.tenantId(), EventType.CASE_CLOSED, on.id());
    }
  }

  /** Adds what the customer says against a case that has no appeal yet; its id. */
  String add(Sql transaction, Caller.Tenant caller, ReviewCase on, String text) {
    String id = NewId.of("appeal_");
    transaction.run(
        """
        insert into appeal (id, case_id, job_id, tenant_id, key_id, text, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        id,
        on.id(),
        on.jobId(),
        on.tenantId(),
        caller.keyId(),
        text,
        clock.instant());
    return id;
  }

  private static ReviewCase reviewCase(Sql sql, Row row) {
    String id = row.getString("id");
    return new ReviewCase(
        id,
        row.getString("job_id"),
        row.getUUID("tenant_id"),
        HeldFor.of(row.getString("kind")),
        row.getString("reasons_text"),
        Digest.parse(row.getString("evidence_digest")),
        row.getOffsetDateTime("opened_at").toInstant(),
        instant(row.getOffsetDateTime("closes_at")),
        instant(row.getOffsetDateTime("closed_at")),
        row.getString("outcome"),
        decisions(sql, id),
        appeal(row));
  }

  private static ReviewCase.@Nullable Appeal appeal(Row row) {
    String id = row.getString("appeal_id");
    return id == null
        ? null
        : new ReviewCase.Appeal(
            id,
            row.getString("appeal_text"),
            row.getString("appeal_key"),
            row.getOffsetDateTime("appeal_at").toInstant());
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
