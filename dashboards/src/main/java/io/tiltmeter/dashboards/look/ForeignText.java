package io.tiltmeter.dashboards.look;

/**
 * Text from outside, made fit to be read: characters that a reader cannot see, or that turn the
 * order of the others (Unicode Standard Annex 9, explicit directional formatting), are spelled out.
 */
public final class ForeignText {
  private ForeignText() {}

  /** The text with every hidden character as {@code [U+XXXX]}; line feeds and tabs stay. */
  public static String visible(String text) {
    if (text.codePoints().noneMatch(ForeignText::isHidden)) {
      return text;
    }
    StringBuilder visible = new StringBuilder();
    text.codePoints().forEach(codePoint -> append(visible, codePoint));
    return visible.toString();
  }

  private static void append(StringBuilder visible, int codePoint) {
    if (isHidden(codePoint)) {
      visible.append("[U+%04X]".formatted(codePoint));
    } else {
      visible.appendCodePoint(codePoint);
    }
  }

  /** Joiners stay: Persian, Indic scripts and emoji need them. */
  private static boolean isHidden(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL -> codePoint != '\n' && codePoint != '\t';
      case Character.FORMAT -> codePoint != 0x200C && codePoint != 0x200D;
      case Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }
}
