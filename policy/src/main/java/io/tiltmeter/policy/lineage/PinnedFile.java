package io.tiltmeter.policy.lineage;

import java.util.regex.Pattern;

/**
 * One file by its bytes.
 *
 * @param path relative, with forward slashes, without empty, {@code .} or {@code ..} parts
 * @param size bytes, at least 0
 */
public record PinnedFile(String path, long size, Digest digest) {
  private static final int MAX_PATH = 255;

  /** Parts of printable characters other than backslash; a part of dots only is refused. */
  private static final Pattern PATH =
      Pattern.compile(
          "(?!\\.{1,2}(/|$))[^/\\\\\\p{Cntrl}]+(/(?!\\.{1,2}(/|$))[^/\\\\\\p{Cntrl}]+)*");

  public PinnedFile {
    if (path.length() > MAX_PATH || !PATH.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "pinned file needs a relative path of at most %d characters without \"..\", got %d characters"
              .formatted(MAX_PATH, path.length()));
    }
    if (size < 0) {
      throw new IllegalArgumentException(
          "pinned file \"%s\" needs a size of at least 0, got %d".formatted(path, size));
    }
  }
}
