package io.tiltmeter.evaluator.steer;

import io.tiltmeter.evaluator.scan.cipher.CodecCount;
import java.util.Optional;

/** How to write in the codes that a scan finds. */
final class Writings {
  private Writings() {}

  /**
   * The writing of a code, in its commonest form; empty where what the scan knows of it is not
   * enough to write it.
   */
  static Optional<Writing> of(CodecCount found) {
    Writing writing =
        switch (found.codec()) {
          case ROTATION -> LetterMap.rotation(found.shift());
          case ATBASH -> LetterMap.ATBASH;
          case LEET -> LetterMap.LEET;
          case HOMOGLYPHS -> LetterMap.HOMOGLYPHS;
          case STYLED -> LetterMap.STYLED;
          case REVERSED -> Backwards.TEXT;
          case REVERSED_WORDS -> Backwards.WORDS;
          case PIG_LATIN -> PigLatin.ENGLISH;
          case BASE64 -> ByteCode.BASE64;
          case BASE32 -> ByteCode.BASE32;
          case HEX -> ByteCode.HEX;
          case BINARY -> ByteCode.BINARY;
          case CHARACTER_CODES -> ByteCode.NUMBERS;
          case LETTER_NUMBERS -> SignTable.NUMBERS;
          case POLYBIUS -> SignTable.POLYBIUS;
          case MORSE -> SignTable.MORSE;
          case BACON -> SignTable.BACON;
          case SPELLED_OUT -> SignTable.SPELLED;
          case BRAILLE -> SignTable.BRAILLE_CELLS;
          case INVISIBLE -> ZeroWidth.SPACES;
          // Their keys, syllables or places are not known.
          case INFIX, SUBSTITUTION, SYMBOLS, COVER_TEXT, MAPPED_ANSWER, UNKNOWN -> null;
        };
    return Optional.ofNullable(writing);
  }
}
