package io.tiltmeter.evaluator.scan.cipher;

import org.jspecify.annotations.Nullable;

/** Decodes groups of digits: one group, or one fixed length, for each character. */
final class GroupCodes {
  private static final int A = 'a';
  private static final int BACON_WIDTH = 5;
  private static final String SQUARE = "abcdefghiklmnopqrstuvwxyz";

  private final Plain plain;

  GroupCodes(Plain plain) {
    this.plain = plain;
  }

  /** One run of zeros and ones, eight or seven for each character. */
  boolean bits(String text, int from, int end) {
    return bits(text, from, end, 8) || bits(text, from, end, 7);
  }

  private boolean bits(String text, int from, int end, int width) {
    plain.begin();
    for (int i = from; i + width <= end; i += width) {
      plain.add(number(text, i, i + width, 2));
    }
    return plain.isText();
  }

  /** One run of hexadecimal digits, two for each character. */
  boolean hex(String text, int from, int end) {
    plain.begin();
    for (int i = from; i + 2 <= end; i += 2) {
      plain.add(number(text, i, i + 2, 16));
    }
    return plain.isText();
  }

  /**
   * Groups in order, each with at most 8 hexadecimal digits.
   *
   * @return the code under which they are text; null for none
   */
  @Nullable Codec decode(String text, int[] starts, int[] ends, int count) {
    int width = commonWidth(starts, ends, count);
    if (width == 2 && numbers(text, starts, ends, count, 16)) {
      return Codec.HEX;
    }
    if (width == BACON_WIDTH && bacon(text, starts, ends, count)) {
      return Codec.BACON;
    }
    if ((width == 7 || width == 8) && numbers(text, starts, ends, count, 2)) {
      return Codec.BINARY;
    }
    if (numbers(text, starts, ends, count, 10)) {
      return Codec.CHARACTER_CODES;
    }
    if (width == 3 && numbers(text, starts, ends, count, 8)) {
      return Codec.CHARACTER_CODES;
    }
    if (letters(text, starts, ends, count)) {
      return Codec.LETTER_NUMBERS;
    }
    return width == 2 && square(text, starts, ends, count) ? Codec.POLYBIUS : null;
  }

  private static int commonWidth(int[] starts, int[] ends, int count) {
    int width = ends[0] - starts[0];
    for (int i = 1; i < count; i++) {
      if (ends[i] - starts[i] != width) {
        return 0;
      }
    }
    return width;
  }

  private boolean numbers(String text, int[] starts, int[] ends, int count, int radix) {
    plain.begin();
    for (int i = 0; i < count; i++) {
      int value = number(text, starts[i], ends[i], radix);
      if (value < 0 || value > 0xff) {
        return false;
      }
      plain.add(value);
    }
    return plain.isText();
  }

  private boolean letters(String text, int[] starts, int[] ends, int count) {
    plain.begin();
    for (int i = 0; i < count; i++) {
      int value = number(text, starts[i], ends[i], 10);
      if (value < 0 || value > 27) {
        return false;
      }
      plain.add(value == 0 || value == 27 ? ' ' : A + value - 1);
      if (i + 1 < count && starts[i + 1] - ends[i] > 1 && isWide(text, ends[i], starts[i + 1])) {
        plain.add(' ');
      }
    }
    return plain.isText();
  }

  /** Whether what stands between two numbers parts words: a slash, a bar, or three blanks. */
  private static boolean isWide(String text, int from, int end) {
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      if (c == '/' || c == '|' || c == '_') {
        return true;
      }
    }
    return end - from > 2;
  }

  private boolean bacon(String text, int[] starts, int[] ends, int count) {
    plain.begin();
    for (int i = 0; i < count; i++) {
      int value = 0;
      for (int at = starts[i]; at < ends[i]; at++) {
        int letter = (text.charAt(at) | 0x20) - A;
        if (letter != 0 && letter != 1) {
          return false;
        }
        value = 2 * value + letter;
      }
      plain.add(value < SQUARE.length() + 1 ? A + value : ' ');
      if (i + 1 < count && isWide(text, ends[i], starts[i + 1])) {
        plain.add(' ');
      }
    }
    return plain.isText();
  }

  private boolean square(String text, int[] starts, int[] ends, int count) {
    plain.begin();
    for (int i = 0; i < count; i++) {
      int value = number(text, starts[i], ends[i], 10);
      int row = value / 10 - 1;
      int column = value % 10 - 1;
      if (value < 0 || row < 0 || row > 4 || column < 0 || column > 4) {
        return false;
      }
      plain.add(SQUARE.charAt(5 * row + column));
      if (i + 1 < count && starts[i + 1] - ends[i] > 1 && isWide(text, ends[i], starts[i + 1])) {
        plain.add(' ');
      }
    }
    return plain.isText();
  }

  /** The number that digits spell; -1 where one of them is none of this radix. */
  private static int number(String text, int from, int end, int radix) {
    int value = 0;
    for (int i = from; i < end; i++) {
      int digit = Character.digit(text.charAt(i), radix);
      if (digit < 0) {
        return -1;
      }
      value = Math.min(1 << 20, value * radix + digit);
    }
    return value;
  }
}
