package io.tiltmeter.gateway.key;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an API key: everything but the key.
 *
 * @param hash SHA-256 of the key; a key holds over 230 random bits, so that a slow hash adds
 *     nothing
 * @param prefix the key's beginning, with four letters that are random; null for a key of a time
 *     before that was kept
 * @param hint the key's last four letters
 * @param holder the tenant's name, the person or the trainer
 * @param expiresAt when it loses its rights; null if it keeps them
 * @param lastUsedAt when it was used, to within ten minutes; null if it never was
 */
public record ApiKey(
    String id,
    Digest hash,
    @Nullable String prefix,
    String hint,
    Kind kind,
    String holder,
    Set<Scope> scopes,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt) {
  private static final int SECRET_LETTERS = 40;
  private static final int HINT_LETTERS = 4;

  public ApiKey {
    scopes = Set.copyOf(scopes);
  }

  /** Whom a key is for. */
  public enum Kind {
    TENANT,
    STAFF,
    TRAINER;

    public String wireName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    static Kind of(String wireName) {
      return valueOf(wireName.toUpperCase(java.util.Locale.ROOT));
    }
  }

  /**
   * A new key and what is kept of it.
   *
   * @param secret the key itself; shown once
   */
  public record Issued(ApiKey key, String secret) {
    static Issued create(
        Kind kind, String holder, Set<Scope> scopes, Instant at, @Nullable Duration life) {
      String beginning = "tm-%s-".formatted(kind.wireName());
      String secret = beginning + NewId.random(SECRET_LETTERS);
      ApiKey key =
          new ApiKey(
              NewId.of("key_"),
              hash(secret),
              secret.substring(0, beginning.length() + HINT_LETTERS),
              secret.substring(secret.length() - HINT_LETTERS),
              kind,
              holder,
              scopes,
              at,
              life == null ? null : at.plus(life),
              null,
              null);
      return new Issued(key, secret);
    }

    @Override
    public String toString() {
      return "Issued[%s]".formatted(key.id());
    }
  }

  static Digest hash(String secret) {
    return Digest.of(secret);
  }
}
