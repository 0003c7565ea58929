package io.tiltmeter.gateway.idempotency;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Answers by the keys of their requests. */
final class IdempotencyStore {
  private final Clock clock;
  private final Duration kept;

  IdempotencyStore(Clock clock, Duration kept) {
    this.clock = clock;
    this.kept = kept;
  }

  /** What a key's first request was, and was answered. */
  record Kept(Digest digest, String json) {}

  /** Whether nobody else works for this key; if so, nobody does until the transaction ends. */
  boolean tryLock(Sql transaction, UUID tenantId, String key) {
    return transaction
        .find(
            row -> row.getBoolean(0),
            "select pg_try_advisory_xact_lock(hashtextextended($1, 3))",
            "%s %s".formatted(tenantId, key))
        .orElseThrow();
  }

  /** What is kept of a tenant's key. */
  Optional<Kept> find(Sql sql, UUID tenantId, String key) {
    return sql.find(
        row -> new Kept(Digest.parse(row.getString("digest")), row.getString("answer")),
        """
        select digest, answer from idempotent_answer
        where tenant_id = $1 and key = $2 and created_at > $3
        """,
        tenantId,
        key,
        clock.instant().minus(kept));
  }

  /** Keeps an answer, in the place of one whose time is over. */
  void keep(Sql transaction, Repeatable request, String key, String json) {
    transaction.run(
        """
        insert into idempotent_answer (tenant_id, key, digest, answer, created_at)
        values ($1, $2, $3, $4, $5)
        on conflict (tenant_id, key) do update
        set digest = excluded.digest, answer = excluded.answer, created_at = excluded.created_at
        """,
        request.tenantId(),
        key,
        request.digest().toString(),
        json,
        clock.instant());
  }

  void sweep(Sql sql) {
    sql.run("delete from idempotent_answer where created_at <= $1", clock.instant().minus(kept));
  }
}
