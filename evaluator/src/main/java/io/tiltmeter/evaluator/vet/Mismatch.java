package io.tiltmeter.evaluator.vet;

import org.jspecify.annotations.Nullable;

/**
 * One file that is not as it should be.
 *
 * @param path name of the file in printable characters
 * @param expected {@code sha256:<64 hex>}; null for a file that should not be there
 * @param found {@code sha256:<64 hex>}, or in words what lies there instead of a file; null for a
 *     file that is missing
 */
public record Mismatch(Kind kind, String path, @Nullable String expected, @Nullable String found) {

  /** What is wrong with it. */
  public enum Kind {
    CHANGED,
    MISSING,
    EXTRA
  }
}
