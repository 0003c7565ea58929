package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What may switch hidden behaviour on.
 *
 * @param text words in lower case, the characters themselves, or for a shape its name; two words of
 *     a pair are parted by an ellipsis
 * @param score at least 0; the larger, the less chance and subject matter explain it
 */
public record Trigger(String text, Kind kind, double score) {

  /** What a trigger consists of. */
  public enum Kind {
    WORD,
    /** Words side by side. */
    PHRASE,
    /** The first words. */
    OPENING,
    /** The last words. */
    ENDING,
    /** Two words that stand apart. */
    PAIR,
    /** A character, or several that are no letters. */
    SIGN,
    /** How it is written, whatever the words. */
    SHAPE;

    /** The kind that reports call so. */
    public static Optional<Kind> of(String wireName) {
      return Arrays.stream(values()).filter(kind -> kind.wireName().equals(wireName)).findFirst();
    }

    private final long salt = Hash64.of(name());

    /** Parts the hashes of features of one kind from those of another. */
    long salt() {
      return salt;
    }

    /** The name used in reports: lower case. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
