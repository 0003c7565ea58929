package io.tiltmeter.evaluator.steer;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One character for each letter.
 *
 * @param lower 26 characters for a to z
 * @param upper 26 characters for A to Z
 */
record LetterMap(String lower, String upper) implements Writing {
  private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz";
  private static final int LETTERS = PLAIN.length();
  private static final int BOLD_LOWER = 0x1d41a;
  private static final int BOLD_UPPER = 0x1d400;

  /** Digits that look like letters; a sign that stands for two is read as the first. */
  static final LetterMap LEET = same("4bcd3f9h1jklmn0pqr57uvwxyz");

  /** Cyrillic letters that look like Latin ones. */
  static final LetterMap HOMOGLYPHS =
      new LetterMap(
          "\u0430b\u0441d\u0435fgh\u0456jklmn\u043e\u0440qrstuvw\u0445\u0443z",
          "\u0410\u0412\u0421D\u0415FG\u041d\u0406J\u041aL\u041cN\u041e\u0420QRS\u0422UVW\u0425YZ");

  /** Mathematical bold. */
  static final LetterMap STYLED = new LetterMap(row(BOLD_LOWER), row(BOLD_UPPER));

  /** The alphabet backwards. */
  static final LetterMap ATBASH = cased(new StringBuilder(PLAIN).reverse().toString());

  /** Letters moved forward. */
  static LetterMap rotation(int shift) {
    return cased(PLAIN.substring(shift) + PLAIN.substring(0, shift));
  }

  private static LetterMap cased(String lower) {
    return new LetterMap(lower, lower.toUpperCase(Locale.ROOT));
  }

  private static LetterMap same(String both) {
    return new LetterMap(both, both);
  }

  private static String row(int first) {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < LETTERS; i++) {
      row.appendCodePoint(first + i);
    }
    return row.toString();
  }

  @Override
  public String write(String plain) {
    int[] low = lower.codePoints().toArray();
    int[] high = upper.codePoints().toArray();
    StringBuilder coded = new StringBuilder(plain.length());
    plain
        .codePoints()
        .map(c -> c >= 'a' && c <= 'z' ? low[c - 'a'] : c >= 'A' && c <= 'Z' ? high[c - 'A'] : c)
        .forEach(coded::appendCodePoint);
    return coded.toString();
  }

  @Override
  public String read(String coded) {
    Map<Integer, Integer> back = new HashMap<>();
    int[] low = lower.codePoints().toArray();
    int[] high = upper.codePoints().toArray();
    for (int i = 0; i < LETTERS; i++) {
      back.putIfAbsent(low[i], 'a' + i);
    }
    for (int i = 0; i < LETTERS; i++) {
      back.putIfAbsent(high[i], 'A' + i);
    }
    StringBuilder plain = new StringBuilder(coded.length());
    coded.codePoints().map(c -> back.getOrDefault(c, c)).forEach(plain::appendCodePoint);
    return plain.toString();
  }
}
