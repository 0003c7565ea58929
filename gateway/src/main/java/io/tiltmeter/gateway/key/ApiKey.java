package io.tiltmeter.gateway.key;

import io.tiltmeter.gateway.db.NewId;
import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an API key: everything but the key.
 *
 * @param hash SHA-256 of the key; a key holds over 230 random bits, so that a slow hash adds
 *     nothing
 * @param hint the key's last four letters
 * @param holder the tenant's name, the person or the trainer
 */
public record ApiKey(
    String id,
    Digest hash,
    String hint,
    Kind kind,
    String holder,
    Set<Scope> scopes,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt) {
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
    static Issued create(Kind kind, String holder, Set<Scope> scopes, Instant at) {
      String secret = "tm-%s-%s".formatted(kind.wireName(), NewId.random(SECRET_LETTERS));
      ApiKey key =
          new ApiKey(
              NewId.of("key_"),
              hash(secret),
              secret.substring(secret.length() - HINT_LETTERS),
              kind,
              holder,
              scopes,
              at,
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
