package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Notifications;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.webhook.EventType;
import io.tiltmeter.gateway.webhook.Outbox;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What customers are told, in order. */
public final class EventStore {
  private static final String COLUMNS =
      "id, job_id, sequence, created_at, level, type, message, data::text as data";

  private final Outbox outbox;
  private final Clock clock;

  public EventStore(Clock clock) {
    this.outbox = new Outbox(clock);
    this.clock = clock;
  }

  Clock clock() {
    return clock;
  }

  /**
   * Adds an event; belongs into the transaction that makes it true, so that no event comes twice.
   *
   * <p>The job's row must be locked by that transaction, or sequence numbers could meet.
   */
  public void add(Sql transaction, String jobId, UUID tenantId, JobEvent.Draft draft) {
    transaction.run(
        """
        insert into job_event (id, job_id, tenant_id, sequence, created_at, level, type, message,
          data)
        values ($1, $2, $3,
          (select coalesce(max(sequence), 0) + 1 from job_event
            where job_id = $2 and tenant_id = $3),
          $4, $5, $6, $7, $8::text::jsonb)
        """,
        NewId.of("ftevent-"),
        jobId,
        tenantId,
        clock.instant(),
        draft.level().wireName(),
        draft.type(),
        draft.message(),
        draft.data());
    Notifications.send(transaction, Notifications.Channel.JOB, jobId);
  }

  /** Tells the customer's webhook endpoints; belongs into the transaction that makes it true. */
  void announce(Sql transaction, Job job, EventType type) {
    outbox.publish(transaction, job.tenantId(), type, job.id());
  }

  /** Events after this sequence number, oldest first. */
  public List<JobEvent> after(Sql sql, UUID tenantId, String jobId, long sequence, int limit) {
    return sql.list(
        EventStore::event,
        "select "
            + COLUMNS
            + """
             from job_event
            where tenant_id = $1 and job_id = $2 and sequence > $3 order by sequence limit $4
            """,
        tenantId,
        jobId,
        sequence,
        limit);
  }

  /**
   * Newest events first.
   *
   * @param before only events older than the one with this id; an unknown id gives none
   */
  public List<JobEvent> newest(
      Sql sql,
      UUID tenantId,
      String jobId,
      @org.jspecify.annotations.Nullable String before,
      int limit) {
    return sql.list(
        EventStore::event,
        "select "
            + COLUMNS
            + """
             from job_event
            where tenant_id = $1 and job_id = $2 and ($3::text is null or sequence <
              (select sequence from job_event where id = $3 and job_id = $2 and tenant_id = $1))
            order by sequence desc limit $4
            """,
        tenantId,
        jobId,
        before,
        limit);
  }

  /** What a job's customer was told last of what was found, as JSON. */
  public Optional<String> lastFacts(Sql sql, Job job) {
    return sql.find(
        row -> row.getString("data"),
        """
        select data::text as data from job_event
        where tenant_id = $1 and job_id = $2 and type = $3 and data is not null
        order by sequence desc limit 1
        """,
        job.tenantId(),
        job.id(),
        JobEvent.MODERATION_CHECKS);
  }

  private static JobEvent event(Row row) {
    return new JobEvent(
        row.getString("id"),
        row.getString("job_id"),
        row.getLong("sequence"),
        row.getOffsetDateTime("created_at").toInstant(),
        JobEvent.Level.of(row.getString("level")),
        row.getString("type"),
        row.getString("message"),
        row.getString("data"));
  }
}
