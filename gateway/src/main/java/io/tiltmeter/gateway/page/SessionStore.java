package io.tiltmeter.gateway.page;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.key.Caller;
import io.tiltmeter.gateway.key.KeyStore;
import io.tiltmeter.policy.lineage.Digest;
import io.vertx.sqlclient.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where it is kept who is signed in. */
final class SessionStore {
  /** How long a session lasts, however much it is used. */
  static final Duration LIFETIME = Duration.ofHours(8);

  private static final int TOKEN_LETTERS = 43;

  private final KeyStore keys;
  private final Clock clock;

  SessionStore(KeyStore keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Begins a session.
   *
   * @return the token for the cookie; only its hash is kept
   */
  String begin(Sql sql, Caller caller) {
    String token = NewId.random(TOKEN_LETTERS);
    Instant now = clock.instant();
    sql.run(
        """
        insert into browser_session (hash, key_id, csrf, created_at, expires_at)
        values ($1, $2, $3, $4, $5)
        """,
        Digest.of(token).toString(),
        caller.keyId(),
        NewId.random(TOKEN_LETTERS),
        now,
        now.plus(LIFETIME));
    return token;
  }

  /** The session of this token, if it has not ended and its key still has its rights. */
  Optional<Session> find(Sql sql, String token) {
    return byHash(sql, Digest.of(token));
  }

  /** Whether a session still lasts. */
  boolean lasts(Sql sql, Session session) {
    return byHash(sql, session.hash()).isPresent();
  }

  private Optional<Session> byHash(Sql sql, Digest hash) {
    Optional<Kept> kept =
        sql.find(
            SessionStore::kept, "select * from browser_session where hash = $1", hash.toString());
    Optional<Session> session =
        kept.filter(found -> found.expiresAt().isAfter(clock.instant()))
            .flatMap(
                found ->
                    keys.findById(sql, found.keyId())
                        .map(caller -> new Session(hash, caller, found.csrf())));
    if (kept.isPresent() && session.isEmpty()) {
      end(sql, hash);
    }
    return session;
  }

  /** Ends a session; whether it was there. */
  boolean end(Sql sql, Digest hash) {
    return sql.change("delete from browser_session where hash = $1", hash.toString());
  }

  private record Kept(String keyId, String csrf, Instant expiresAt) {}

  private static Kept kept(Row row) {
    return new Kept(
        row.getString("key_id"),
        row.getString("csrf"),
        row.getOffsetDateTime("expires_at").toInstant());
  }
}
