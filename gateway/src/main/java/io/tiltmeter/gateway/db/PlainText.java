package io.tiltmeter.gateway.db;

/** Text as PostgreSQL can keep it: it knows characters only. */
public final class PlainText {
  private static final int REPLACEMENT = 0xFFFD;

  private PlainText() {}

  /** The same with U+FFFD for whatever is no character: NUL, and half a surrogate pair. */
  public static String of(String text) {
    StringBuilder characters = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> isCharacter(point) ? point : REPLACEMENT)
        .forEach(characters::appendCodePoint);
    return characters.toString();
  }

  private static boolean isCharacter(int codePoint) {
    return codePoint != 0 && Character.getType(codePoint) != Character.SURROGATE;
  }
}
