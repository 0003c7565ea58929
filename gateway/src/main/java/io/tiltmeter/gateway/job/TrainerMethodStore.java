package io.tiltmeter.gateway.job;

import io.tiltmeter.gateway.db.Sql;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/** What the trainers that ask for jobs can train. */
public final class TrainerMethodStore {
  /** A trainer that has not asked for so long is gone. */
  private static final Duration KNOWN = Duration.ofDays(7);

  /** Trainers ask every few seconds; it is written down no more often than this. */
  private static final Duration FRESH = Duration.ofHours(1);

  private final Clock clock;

  public TrainerMethodStore(Clock clock) {
    this.clock = clock;
  }

  /** A trainer with this key asked for jobs of these methods. */
  public void asked(Sql sql, String keyId, Collection<String> methods) {
    Instant now = clock.instant();
    sql.run(
        """
        insert into trainer_method (key_id, method, seen_at)
        select $1, method, $3 from unnest($2::text[]) as method
        on conflict (key_id, method) do update set seen_at = $3
        where trainer_method.seen_at < $4
        """,
        keyId,
        methods.stream().distinct().toArray(String[]::new),
        now,
        now.minus(FRESH));
  }

  /** Whether a trainer whose key still holds has asked for such jobs of late. */
  boolean areThereFor(Sql sql, TrainingMethod method) {
    return sql.find(
            row -> row.getString("key_id"),
            """
            select key_id from trainer_method join api_key on api_key.id = key_id
            where method = $1 and seen_at >= $2 and revoked_at is null limit 1
            """,
            method.wireName(),
            clock.instant().minus(KNOWN))
        .isPresent();
  }
}
