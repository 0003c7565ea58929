package io.tiltmeter.evaluator.scan.cipher;

/** Reads letters that stand one by one, parted by the same sign. For one thread. */
final class SpelledOut {
  private static final int REACH = 4096;
  private static final int MANY = 24;

  private final Plain plain = new Plain();

  /** Whether a turn has a stretch of such letters that is text. */
  boolean read(String text) {
    plain.clear();
    int end = Math.min(text.length(), REACH);
    int at = 0;
    while (at + 2 * MANY < end) {
      int until = stretch(text, at, end);
      if (until - at >= 2 * MANY && isText(text, at, until)) {
        return true;
      }
      at = Math.max(at + 1, until);
    }
    return false;
  }

  /** What was read. */
  String plain() {
    return plain.kept();
  }

  /** Where single letters, each followed by the sign that follows the first, end. */
  private static int stretch(String text, int from, int end) {
    char sign = text.charAt(from + 1);
    int at = from;
    if (Character.isLetterOrDigit(sign)) {
      return from;
    }
    while (at + 1 < end && text.charAt(at + 1) == sign && text.charAt(at) != sign) {
      at += 2;
    }
    return at;
  }

  private boolean isText(String text, int from, int end) {
    plain.begin();
    for (int i = from; i < end; i += 2) {
      char c = text.charAt(i);
      plain.add(c == '_' || c == '/' || c == '|' ? ' ' : c);
    }
    return plain.isText();
  }
}
