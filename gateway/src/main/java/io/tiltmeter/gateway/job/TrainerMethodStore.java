package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** What the trainers that ask for jobs can train, and what they report to. */
public final class TrainerMethodStore {
  /** A trainer that has not asked for so long is gone. */
  private static final Duration KNOWN = Duration.ofDays(7);

  /** Trainers ask every few seconds; it is written down no more often than this. */
  private static final Duration FRESH = Duration.ofHours(1);

  private final Clock clock;

  public TrainerMethodStore(Clock clock) {
    this.clock = clock;
  }

  /** A trainer with this key, which can do this, asked for jobs. */
  public void asked(Sql sql, String keyId, TrainerCapabilities capabilities) {
    seen(
        sql,
        keyId,
        capabilities.methods(),
        """
        insert into trainer_method (key_id, method, seen_at)
        select $1, method, $3 from unnest($2::text[]) as method
        on conflict (key_id, method) do update set seen_at = $3
        where trainer_method.seen_at < $4
        """);
    seen(
        sql,
        keyId,
        capabilities.integrations(),
        """
        insert into trainer_integration (key_id, type, seen_at)
        select $1, type, $3 from unnest($2::text[]) as type
        on conflict (key_id, type) do update set seen_at = $3
        where trainer_integration.seen_at < $4
        """);
  }

  private void seen(Sql sql, String keyId, List<String> names, String statement) {
    Instant now = clock.instant();
    sql.run(
        statement, keyId, names.stream().distinct().toArray(String[]::new), now, now.minus(FRESH));
  }

  /**
   * Whether a trainer whose key still holds, and that reports to all of these, has asked for such
   * jobs of late.
   */
  boolean areThereFor(Sql sql, TrainingMethod method, Collection<String> integrations) {
    return sql.find(
            row -> row.getString("key_id"),
            """
            select key_id from trainer_method join api_key on api_key.id = key_id
            where method = $1 and seen_at >= $2 and revoked_at is null
              and not exists (select from unnest($3::text[]) as wanted (type) where not exists (
                select from trainer_integration as told
                where told.key_id = api_key.id and told.type = wanted.type
                  and told.seen_at >= $2))
            limit 1
            """,
            method.wireName(),
            clock.instant().minus(KNOWN),
            integrations.toArray(String[]::new))
        .isPresent();
  }
}
