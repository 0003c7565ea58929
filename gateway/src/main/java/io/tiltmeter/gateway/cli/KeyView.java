package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.key.ApiKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code keys list} prints of a key; times are Unix seconds.
 *
 * @param lastUsedAt to within ten minutes
 */
record KeyView(
    String id,
    String kind,
    String holder,
    @Nullable String prefix,
    String hint,
    List<String> scopes,
    long createdAt,
    @Nullable Long expiresAt,
    @Nullable Long revokedAt,
    @Nullable Long lastUsedAt) {

  static KeyView of(ApiKey key) {
    return new KeyView(
        key.id(),
        key.kind().wireName(),
        key.holder(),
        key.prefix(),
        key.hint(),
        IssuedView.names(key.scopes()),
        key.createdAt().getEpochSecond(),
        seconds(key.expiresAt()),
        seconds(key.revokedAt()),
        seconds(key.lastUsedAt()));
  }

  static @Nullable Long seconds(@Nullable Instant at) {
    return at == null ? null : at.getEpochSecond();
  }

  /** The same as a line for people. */
  String line() {
    return "%s  %s %s  %s…%s  %s  %s%s%s"
        .formatted(
            id,
            kind,
            holder,
            prefix == null ? "" : prefix,
            hint,
            String.join(",", scopes),
            lastUsedAt == null ? "never used" : "used " + Instant.ofEpochSecond(lastUsedAt),
            expiresAt == null ? "" : "  expires " + Instant.ofEpochSecond(expiresAt),
            revokedAt == null ? "" : "  revoked");
  }
}
