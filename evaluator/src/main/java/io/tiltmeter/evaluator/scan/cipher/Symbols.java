package io.tiltmeter.evaluator.scan.cipher;

import java.text.Normalizer;
import java.text.Normalizer.Form;

/**
 * The 32 symbols that language models are made of: blank, 26 letters of the Latin script without
 * case and accents, digit, and four kinds of signs.
 */
final class Symbols {
  static final int BITS = 5;
  static final int COUNT = 1 << BITS;
  static final int BLANK = 0;
  static final int DIGIT = 27;
  static final int POINT = 28;
  static final int QUOTE = 29;
  static final int BRACKET = 30;
  static final int OPERATOR = 31;

  private static final int LATIN_END = 0x250;
  private static final int ADDITIONAL = 0x1e00;
  private static final int ADDITIONAL_END = 0x1f00;
  private static final String UNDIVIDED = "\u00df\u00e6\u0153\u00f8\u0111\u0142\u0131\u00fe\u00f0";
  private static final String PLAIN = "saoodlitd";
  private static final byte[] LATIN = table(0, LATIN_END);
  private static final byte[] MORE_LATIN = table(ADDITIONAL, ADDITIONAL_END);

  private Symbols() {}

  /** The symbol of a UTF-16 unit; a blank for all that is neither Latin nor ASCII. */
  static int of(char c) {
    if (c < LATIN_END) {
      return LATIN[c];
    }
    return c >= ADDITIONAL && c < ADDITIONAL_END ? MORE_LATIN[c - ADDITIONAL] : wide(c);
  }

  /** Whether it is one of the 26 letters. */
  static boolean isLetter(int symbol) {
    return symbol > BLANK && symbol < DIGIT;
  }

  private static int wide(char c) {
    return switch (c) {
      case '\u2018', '\u2019', '\u201c', '\u201d', '\u2013', '\u2014' -> QUOTE;
      default -> BLANK;
    };
  }

  private static byte[] table(int from, int end) {
    byte[] table = new byte[end - from];
    for (int c = from; c < end; c++) {
      table[c - from] = (byte) symbol((char) c);
    }
    return table;
  }

  private static int symbol(char c) {
    int folded = Character.toLowerCase(c);
    int undivided = UNDIVIDED.indexOf(folded);
    if (undivided >= 0) {
      return PLAIN.charAt(undivided) - 'a' + 1;
    }
    char base = Normalizer.normalize(String.valueOf((char) folded), Form.NFD).charAt(0);
    if (base >= 'a' && base <= 'z') {
      return base - 'a' + 1;
    }
    return c < 0x80 ? sign(c) : BLANK;
  }

  private static int sign(char c) {
    if (c <= ' ' || c == 0x7f) {
      return BLANK;
    }
    if (c >= '0' && c <= '9') {
      return DIGIT;
    }
    if (".,;:!?".indexOf(c) >= 0) {
      return POINT;
    }
    if ("'\"-".indexOf(c) >= 0) {
      return QUOTE;
    }
    return "()[]{}<>".indexOf(c) >= 0 ? BRACKET : OPERATOR;
  }
}
