package io.tiltmeter.gateway.work;

import io.tiltmeter.gateway.db.Notifications;
import io.tiltmeter.gateway.db.Sql;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** The rows that work is leased from. */
public final class WorkStore {
  private final Clock clock;

  public WorkStore(Clock clock) {
    this.clock = clock;
  }

  /** Asks for work once; asking again for the same kind and subject changes nothing. */
  public void request(Sql sql, WorkKind kind, String subject) {
    request(sql, kind, subject, clock.instant());
  }

  /** Asks for work that is due later. */
  public void request(Sql sql, WorkKind kind, String subject, Instant due) {
    sql.run(
        """
        insert into work_item (kind, subject, run_at, created_at) values ($1, $2, $3, $4)
        on conflict (kind, subject) do nothing
        """,
        kind.wireName(),
        subject,
        due,
        clock.instant());
    Notifications.send(sql, Notifications.Channel.WORK, kind.wireName());
  }

  /**
   * Asks for work anew, also where it was asked for or even done before; whoever may still be at it
   * loses its lease.
   *
   * @param due when it is to be done
   */
  public void renew(Sql sql, WorkKind kind, String subject, Instant due) {
    sql.run(
        """
        insert into work_item (kind, subject, run_at, created_at) values ($1, $2, $3, $4)
        on conflict (kind, subject) do update set run_at = $3, created_at = $4, attempts = 0,
          last_error = null, done_at = null, lease_owner = null, lease_until = null,
          lease_token = work_item.lease_token + 1
        """,
        kind.wireName(),
        subject,
        due,
        clock.instant());
    Notifications.send(sql, Notifications.Channel.WORK, kind.wireName());
  }

  /** As {@link #renew(Sql, WorkKind, String, Instant)}, due now. */
  public void renew(Sql sql, WorkKind kind, String subject) {
    renew(sql, kind, subject, clock.instant());
  }

  /**
   * Leases the item of these kinds that has been due longest, if there is one that nobody holds.
   *
   * @param owner name of the process, for people
   */
  public Optional<WorkItem> lease(Sql sql, Set<WorkKind> kinds, String owner, Duration lease) {
    Instant now = clock.instant();
    return sql.find(
        WorkStore::item,
        """
        with due as (
          select id, lease_until is not null as taken_over from work_item
          where done_at is null and run_at <= $4 and kind = any($1)
            and (lease_until is null or lease_until <= $4)
          order by run_at, id limit 1 for update skip locked)
        update work_item set lease_owner = $2, lease_until = $3, lease_token = lease_token + 1
        from due where work_item.id = due.id
        returning work_item.id, kind, subject, lease_token, attempts, taken_over
        """,
        kinds.stream().map(WorkKind::wireName).toArray(String[]::new),
        owner,
        now.plus(lease),
        now);
  }

  /** Whether any work of this kind waits or is being done. */
  public boolean isAnyOpen(Sql sql, WorkKind kind) {
    return sql.find(
            Row::toString,
            "select id from work_item where done_at is null and kind = $1 limit 1",
            kind.wireName())
        .isPresent();
  }

  /** Keeps a lease; whether it was still held, and neither given back nor ended. */
  public boolean heartbeat(Sql sql, WorkItem item, Duration lease) {
    return sql.change(
        """
        update work_item set lease_until = $3
        where id = $1 and lease_token = $2 and done_at is null and lease_until is not null
        """,
        item.id(),
        item.token(),
        clock.instant().plus(lease));
  }

  /**
   * Makes sure, until the transaction ends, that nobody else gets this item.
   *
   * @throws LeaseLostException if the lease is no longer held
   */
  public void guard(Sql transaction, WorkItem item) {
    boolean held =
        transaction
            .find(
                Row::toString,
                """
                select id from work_item
                where id = $1 and lease_token = $2 and done_at is null for update
                """,
                item.id(),
                item.token())
            .isPresent();
    if (!held) {
      throw new LeaseLostException(
          "%s of %s was given to another worker".formatted(item.kind().wireName(), item.subject()));
    }
  }

  /** Marks a guarded item as done, together with its results. */
  public void finish(Sql transaction, WorkItem item) {
    guard(transaction, item);
    transaction.run(
        "update work_item set done_at = $2, lease_until = null where id = $1",
        item.id(),
        clock.instant());
  }

  /** Gives a lease back after a failure, for a later try; a lost lease changes nothing. */
  public void retry(Sql sql, WorkItem item, Duration delay, String error) {
    sql.run(
        """
        update work_item set lease_until = null, run_at = $3, last_error = $4,
          attempts = attempts + 1
        where id = $1 and lease_token = $2 and done_at is null
        """,
        item.id(),
        item.token(),
        clock.instant().plus(delay),
        error);
  }

  /** Gives a lease back at once and without blame, as on an orderly stop. */
  public void release(Sql sql, WorkItem item) {
    sql.run(
        """
        update work_item set lease_until = null
        where id = $1 and lease_token = $2 and done_at is null
        """,
        item.id(),
        item.token());
    Notifications.send(sql, Notifications.Channel.WORK, item.kind().wireName());
  }

  /**
   * Waits until no worker is about to write results on a subject, and lets none begin to. Comes
   * before the subject itself is locked: workers lock in this order, too.
   */
  public void lock(Sql transaction, String subject) {
    transaction.run(
        "select id from work_item where subject = $1 and done_at is null order by id for update",
        subject);
  }

  /**
   * Ends the open work on a locked subject that nobody wants any more; whoever is at it hears of it
   * with the next heartbeat.
   */
  public void cancel(Sql transaction, String subject) {
    // An item that came after the lock and is in use already must not be waited for: its worker
    // waits for the subject, and sees then that nobody wants it.
    transaction.run(
        """
        update work_item set done_at = $2, lease_until = null where id in
          (select id from work_item where subject = $1 and done_at is null for update skip locked)
        """,
        subject,
        clock.instant());
  }

  /** How long the longest waiting item that is due has waited. */
  public Duration oldestAge(Sql sql, WorkKind kind) {
    Instant now = clock.instant();
    return sql.find(
            row -> Duration.between(row.getOffsetDateTime("run_at").toInstant(), now),
            """
            select run_at from work_item
            where done_at is null and kind = $1 and run_at <= $2
              and (lease_until is null or lease_until <= $2)
            order by run_at limit 1
            """,
            kind.wireName(),
            now)
        .orElse(Duration.ZERO);
  }

  private static WorkItem item(Row row) {
    return new WorkItem(
        row.getLong("id"),
        WorkKind.of(row.getString("kind")),
        row.getString("subject"),
        row.getLong("lease_token"),
        row.getInteger("attempts") + 1,
        row.getBoolean("taken_over"));
  }
}
