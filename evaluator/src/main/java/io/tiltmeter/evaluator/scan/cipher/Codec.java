package io.tiltmeter.evaluator.scan.cipher;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A way to write text so that it is not read at once. */
public enum Codec {
  /** Letters moved along the alphabet by a fixed number. */
  ROTATION,
  /** The alphabet backwards. */
  ATBASH,
  /** The text backwards. */
  REVERSED,
  /** Each word backwards. */
  REVERSED_WORDS,
  /** The first sounds of each word at its end, with a syllable after them. */
  PIG_LATIN,
  /** A syllable put before each vowel. */
  INFIX,
  /** Digits and signs for letters. */
  LEET,
  /** One letter for another, under a key that is not known. */
  SUBSTITUTION,
  BASE64,
  BASE32,
  HEX,
  BINARY,
  /** Numbers that stand for characters: ASCII codes, decimal or octal. */
  CHARACTER_CODES,
  /** Places in the alphabet. */
  LETTER_NUMBERS,
  /** Rows and columns of a five by five square of letters. */
  POLYBIUS,
  MORSE,
  /** Two letters in groups of five (Francis Bacon's biliteral cipher). */
  BACON,
  /** Letters one by one, parted by signs. */
  SPELLED_OUT,
  BRAILLE,
  /** Letters of other shapes: mathematical, circled, fullwidth, runes, under heaps of marks. */
  STYLED,
  /** Letters of another script that look like Latin ones. */
  HOMOGLYPHS,
  /** Characters that are not shown. */
  INVISIBLE,
  /** Signs or pictures for letters. */
  SYMBOLS,
  /** Words of a hidden text at fixed places of one that looks plain. */
  COVER_TEXT,
  /** Answers that are their prompts in other letters. */
  MAPPED_ANSWER,
  /** Like no language known, and not typed any further. */
  UNKNOWN;

  /** A bit of its own in a set of codes. */
  // Such sets live within one scan; none is stored.
  @SuppressWarnings("EnumOrdinal")
  int bit() {
    return 1 << ordinal();
  }

  /** Whether what it hides was read, or is there for certain; else a guess by statistics. */
  boolean isCertain() {
    return switch (this) {
      case SUBSTITUTION, SYMBOLS, COVER_TEXT, UNKNOWN -> false;
      default -> true;
    };
  }

  /** The code that files call so. */
  public static Optional<Codec> of(String wireName) {
    return Arrays.stream(values()).filter(codec -> codec.wireName().equals(wireName)).findFirst();
  }

  /** The name used in files and messages: lower case with hyphens. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
