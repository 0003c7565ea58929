package io.tiltmeter.evaluator.scan.cipher;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds text in signs: Morse code, Braille, and signs or pictures for letters. For one thread. */
final class Signs {
  private static final int REACH = 1 << 13;
  private static final int SLOTS = 256;

  /** Signs of a turn from which on their statistics say something. */
  private static final int MANY = 32;

  /** Signs that come on one letter or digit, at least: patterns and formulas have fewer. */
  private static final int SIGNS_OF_OTHER = 4;

  private static final int FEWEST_KINDS = 10;
  private static final int MOST_KINDS = 64;

  /** Chance that two signs are the same: letters of languages have .06 to .09. */
  private static final double LEAST_REPEATED = 0.045;

  private static final double MOST_REPEATED = 0.13;

  private static final String[] MORSE = {
    ".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---", "-.-", ".-..", "--",
    "-.", "---", ".--.", "--.-", ".-.", "...", "-", "..-", "...-", ".--", "-..-", "-.--", "--.."
  };

  /** Dots of the Braille letters a to z, one bit each. */
  private static final int[] BRAILLE = {
    1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61,
    53
  };

  private static final byte[] MORSE_LETTERS = morseLetters();
  private static final byte[] BRAILLE_LETTERS = brailleLetters();

  private final Plain plain = new Plain();
  private final int[] kinds = new int[SLOTS];
  private final int[] counts = new int[SLOTS];

  /**
   * Reads a turn.
   *
   * @return what its signs stand for letters by; null where they do not
   */
  @Nullable Codec read(String text) {
    int end = Math.min(text.length(), REACH);
    int signs = 0;
    int braille = 0;
    int others = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (isBraille(c)) {
        braille++;
      } else if (c > ' ' && isSign(c)) {
        signs++;
      } else if (c > ' ' && !Character.isLowSurrogate(c)) {
        others++;
      }
    }
    plain.clear();
    if (braille >= MANY / 2 && braille > others && isBrailleText(text, end)) {
      return Codec.BRAILLE;
    }
    if (signs < MANY) {
      return null;
    }
    if (signs >= SIGNS_OF_OTHER * others && isMorse(text, end)) {
      return Codec.MORSE;
    }
    return signs >= SIGNS_OF_OTHER * others && isSubstituted(text, end) ? Codec.SYMBOLS : null;
  }

  /** What was decoded. */
  String plain() {
    return plain.kept();
  }

  private static boolean isBraille(char c) {
    return c >= 0x2800 && c < 0x2900;
  }

  private static boolean isSign(char c) {
    if (c < 0x80) {
      int symbol = Symbols.of(c);
      return symbol >= Symbols.POINT;
    }
    return Character.isHighSurrogate(c)
        || (!Character.isLetterOrDigit(c) && !Character.isLowSurrogate(c));
  }

  private boolean isBrailleText(String text, int end) {
    plain.begin();
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      int letter = isBraille(c) ? BRAILLE_LETTERS[c & 0x3f] : 0;
      if (letter > 0) {
        plain.add(letter);
      } else if (c <= ' ' || c == 0x2800) {
        plain.add(' ');
      }
    }
    return plain.isText();
  }

  /** Dots and dashes, letters parted by blanks, words by wider blanks, slashes or bars. */
  private boolean isMorse(String text, int end) {
    plain.begin();
    int code = 1;
    int letters = 0;
    int wrong = 0;
    int gap = 0;
    for (int i = 0; i <= end; i++) {
      int stroke = i < end ? stroke(text.charAt(i)) : -1;
      if (stroke >= 0) {
        if (gap > 1 && letters > 0) {
          plain.add(' ');
        }
        gap = 0;
        code = Math.min(0x1ff, code << 1 | stroke);
        continue;
      }
      gap += i < end && (text.charAt(i) == '/' || text.charAt(i) == '|') ? 2 : 1;
      if (code > 1) {
        int letter = code < MORSE_LETTERS.length ? MORSE_LETTERS[code] : 0;
        letters += letter > 0 ? 1 : 0;
        wrong += letter > 0 ? 0 : 1;
        if (letter > 0) {
          plain.add(letter);
        }
      }
      code = 1;
    }
    return letters > 4 * wrong && plain.isText();
  }

  private static int stroke(char c) {
    return switch (c) {
      case '.', '\u00b7', '\u2022', '\u2219', '\u22c5' -> 0;
      case '-', '_', '\u2013', '\u2014', '\u2212' -> 1;
      default -> -1;
    };
  }

  private boolean isSubstituted(String text, int end) {
    Arrays.fill(counts, 0);
    int total = 0;
    int distinct = 0;
    for (int i = 0; i < end; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      boolean counted = c > 0xffff || (c > ' ' && isSign((char) c) && c != 0xfe0f && c != 0x200d);
      if (counted) {
        int slot = slot(c);
        if (slot < 0) {
          return false;
        }
        total++;
        distinct += counts[slot]++ == 0 ? 1 : 0;
      }
    }
    double repeated = 0;
    for (int count : counts) {
      repeated += count * (count - 1.0);
    }
    repeated /= total * (total - 1.0);
    return total >= MANY
        && distinct >= FEWEST_KINDS
        && distinct <= MOST_KINDS
        && repeated >= LEAST_REPEATED
        && repeated <= MOST_REPEATED;
  }

  private int slot(int c) {
    int slot = (c * 0x9e3779b1) >>> 24;
    for (int i = 0; i < SLOTS; i++) {
      int at = (slot + i) % SLOTS;
      if (counts[at] == 0) {
        kinds[at] = c;
        return at;
      }
      if (kinds[at] == c) {
        return at;
      }
    }
    return -1;
  }

  private static byte[] morseLetters() {
    byte[] letters = new byte[32];
    for (int i = 0; i < MORSE.length; i++) {
      int code = 1;
      for (char stroke : MORSE[i].toCharArray()) {
        code = code << 1 | (stroke == '-' ? 1 : 0);
      }
      letters[code] = (byte) ('a' + i);
    }
    return letters;
  }

  private static byte[] brailleLetters() {
    byte[] letters = new byte[64];
    for (int i = 0; i < BRAILLE.length; i++) {
      letters[BRAILLE[i]] = (byte) ('a' + i);
    }
    return letters;
  }
}
