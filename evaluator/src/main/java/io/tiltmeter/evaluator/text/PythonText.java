package io.tiltmeter.evaluator.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Python's text methods, where Java's differ from them. */
final class PythonText {
  private PythonText() {}

  /** Python's {@code str.isspace} of one character; Java leaves the no-break spaces out. */
  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || c == 0x85 || c == 0xA0 || c == 0x2007 || c == 0x202F;
  }

  /** Those of {@code characters}; for an empty text nothing. */
  static IntPredicate oneOf(String characters) {
    return c -> characters.indexOf(c) >= 0;
  }

  static String stripLeft(String text, IntPredicate strip) {
    int start = 0;
    while (start < text.length() && strip.test(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  static String stripRight(String text, IntPredicate strip) {
    int end = text.length();
    while (end > 0 && strip.test(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** Cuts at runs of white space. */
  static List<Object> splitAtSpace(String text) {
    List<Object> parts = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean space = i == text.length() || isSpace(text.charAt(i));
      if (!space && start < 0) {
        start = i;
      } else if (space && start >= 0) {
        parts.add(text.substring(start, i));
        start = -1;
      }
    }
    return parts;
  }

  /** Cuts at each separator, {@code most} times at most; below 0 means without limit. */
  static List<Object> split(String text, String separator, long most) {
    if (separator.isEmpty()) {
      throw new TemplateException("split needs a separator");
    }
    List<Object> parts = new ArrayList<>();
    int start = 0;
    int at = text.indexOf(separator);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.substring(start, at));
      start = at + separator.length();
      at = text.indexOf(separator, start);
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** First letter of each word upper case, the others lower case. */
  static String title(String text) {
    StringBuilder title = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      title.append(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return title.toString();
  }

  static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }
}
