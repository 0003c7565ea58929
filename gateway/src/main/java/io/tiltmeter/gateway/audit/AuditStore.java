package io.tiltmeter.gateway.audit;

import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the audit log is kept. */
public final class AuditStore {
  /** Any number that no other lock of this database uses. */
  private static final long CHAIN_LOCK = 7_147_001L;

  private final Clock clock;

  public AuditStore(Clock clock) {
    this.clock = clock;
  }

  /** Appends an entry in the transaction that does what it says. */
  public void append(Sql transaction, AuditEntry.Fact fact) {
    // Two entries with one predecessor would fork the chain.
    transaction.run("select pg_advisory_xact_lock($1)::text", CHAIN_LOCK);
    Optional<AuditEntry> last =
        transaction.find(
            AuditStore::entry, "select * from audit_entry order by sequence desc limit 1");
    AuditEntry entry =
        AuditEntry.following(
            last.map(AuditEntry::sequence).orElse(0L),
            last.map(AuditEntry::hash).orElse(AuditEntry.GENESIS),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            fact);
    transaction.run(
        """
        insert into audit_entry (sequence, at, actor, action, subject, details, previous, hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        entry.sequence(),
        entry.at(),
        entry.actor(),
        entry.action(),
        entry.subject(),
        Json.text(entry.details()),
        entry.previous().toString(),
        entry.hash().toString());
  }

  /** Entries after this sequence number, oldest first. */
  public List<AuditEntry> after(Sql sql, long sequence, int limit) {
    return sql.list(
        AuditStore::entry,
        "select * from audit_entry where sequence > $1 order by sequence limit $2",
        sequence,
        limit);
  }

  private static AuditEntry entry(Row row) {
    Map<String, String> details = new LinkedHashMap<>();
    Json.own(row.getString("details"))
        .properties()
        .forEach(member -> details.put(member.getKey(), member.getValue().asString()));
    return new AuditEntry(
        row.getLong("sequence"),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("actor"),
        row.getString("action"),
        row.getString("subject"),
        details,
        Digest.parse(row.getString("previous")),
        Digest.parse(row.getString("hash")));
  }
}
