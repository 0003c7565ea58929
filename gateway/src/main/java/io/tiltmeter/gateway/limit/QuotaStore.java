package io.tiltmeter.gateway.limit;

import io.tiltmeter.gateway.db.Sql;
import java.time.Clock;
import java.util.UUID;

/** Counts what tenants have. */
final class QuotaStore {
  private final Clock clock;

  QuotaStore(Clock clock) {
    this.clock = clock;
  }

  /** Keeps this tenant from getting more elsewhere until the transaction ends. */
  void takeTurns(Sql transaction, UUID tenantId) {
    transaction.run("select pg_advisory_xact_lock(hashtextextended($1, 2))", tenantId.toString());
  }

  /** Bytes of its files, and those that its pending uploads announced. */
  long storedBytes(Sql sql, UUID tenantId) {
    return sql.find(
            row -> row.getLong(0),
            """
            select (
              (select coalesce(sum(bytes), 0) from training_file
                where tenant_id = $1 and deleted_at is null)
              + (select coalesce(sum(bytes), 0) from upload
                where tenant_id = $1 and state = 'pending' and expires_at > $2))::bigint
            """,
            tenantId,
            clock.instant())
        .orElseThrow();
  }

  long pendingUploads(Sql sql, UUID tenantId) {
    return sql.find(
            row -> row.getLong(0),
            """
            select count(*) from upload
            where tenant_id = $1 and state = 'pending' and expires_at > $2
            """,
            tenantId,
            clock.instant())
        .orElseThrow();
  }

  long openJobs(Sql sql, UUID tenantId) {
    return sql.find(
            row -> row.getLong(0),
            "select count(*) from job where tenant_id = $1 and finished_at is null",
            tenantId)
        .orElseThrow();
  }
}
