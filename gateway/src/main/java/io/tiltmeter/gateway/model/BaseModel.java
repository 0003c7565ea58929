package io.tiltmeter.gateway.model;

import io.tiltmeter.policy.lineage.Digest;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model that customers can tune.
 *
 * @param name public name: letters, digits, hyphens, dots and underscores, 1 to 64, so that it can
 *     stand in a path and in the names of its tunes
 * @param artifactDigest manifest of its files
 * @param source where it came from, for people and provenance
 * @param revision commit it was fetched at, 40 hex digits; none for a local folder
 */
public record BaseModel(
    String name,
    Digest artifactDigest,
    String source,
    @Nullable String revision,
    Instant createdAt) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public BaseModel {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "a base model's name needs 1 to 64 letters, digits, \"-\", \"_\" or \".\", got \"%s\""
              .formatted(name));
    }
  }

  /** Whether a base model can have this name. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
