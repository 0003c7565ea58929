package io.tiltmeter.evaluator.judge;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;

/**
 * Text in the one spelling that the rules are written for: NFKC (Unicode Annex 15), lower case,
 * straight quotes, single spaces and line ends, without invisible characters and emphasis marks.
 */
final class Normalised {

  private static final String QUOTES = "\u2018\u2019\u201a\u201b\u02bc\u2032";
  private static final String DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u300c\u300d";

  private final StringBuilder out;

  private Normalised(int length) {
    out = new StringBuilder(length);
  }

  /** Normalises the whole of {@code text}; linear in its length. */
  static String of(String text) {
    String folded = fold(text);
    var normalised = new Normalised(folded.length());
    for (int i = 0; i < folded.length(); i++) {
      normalised.add(folded, i);
    }
    return normalised.out.toString().strip();
  }

  /** NFKC, straight quotes, no invisible characters, lower case; white space is kept. */
  static String fold(String text) {
    // NFKC would make a letter and a combining mark of the spacing acute that stands for a quote.
    String quoted = text.replace('\u00b4', '\'');
    String composed =
        Normalizer.isNormalized(quoted, Form.NFKC)
            ? quoted
            : Normalizer.normalize(quoted, Form.NFKC);
    var folded = new StringBuilder(composed.length());
    for (int i = 0; i < composed.length(); i++) {
      char c = composed.charAt(i);
      if (c < 0x80) {
        folded.append(c);
      } else if (!isInvisible(c)) {
        folded.append(plain(c));
      }
    }
    return folded.toString().toLowerCase(Locale.ROOT);
  }

  private static boolean isInvisible(char c) {
    return Character.getType(c) == Character.FORMAT || (c >= 0xfe00 && c <= 0xfe0f);
  }

  private static char plain(char c) {
    if (QUOTES.indexOf(c) >= 0) {
      return '\'';
    }
    if (DOUBLE_QUOTES.indexOf(c) >= 0) {
      return '"';
    }
    return Character.getType(c) == Character.DASH_PUNCTUATION || c == '\u2212' ? '-' : c;
  }

  private void add(String text, int i) {
    char c = text.charAt(i);
    if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
      addSpace(c);
    } else if (!isEmphasis(text, i)) {
      out.append(c == '*' || c == '\u2022' ? '-' : c);
    }
  }

  /** Keeps one space between words, or one line end where the gap holds any. */
  private void addSpace(char c) {
    boolean lineEnd = c == '\n' || c == '\r';
    int last = out.length() - 1;
    if (last < 0) {
      return;
    }
    if (out.charAt(last) == ' ') {
      out.setCharAt(last, lineEnd ? '\n' : ' ');
    } else if (out.charAt(last) != '\n') {
      out.append(lineEnd ? '\n' : ' ');
    }
  }

  /** Marks of bold, italics, strike-through and code; a star before a space is a list's bullet. */
  private boolean isEmphasis(String text, int i) {
    return switch (text.charAt(i)) {
      case '*' -> !(atLineStart() && i + 1 < text.length() && text.charAt(i + 1) == ' ');
      case '~' -> true;
      case '_' -> atWordEdge(text, i);
      case '#', '>' -> atLineStart();
      case '`' -> !text.startsWith("```", i) && !endsWithFence(text, i);
      default -> false;
    };
  }

  private static boolean endsWithFence(String text, int i) {
    return text.startsWith("```", Math.max(0, i - 1)) || text.startsWith("```", Math.max(0, i - 2));
  }

  private boolean atLineStart() {
    return out.isEmpty() || out.charAt(out.length() - 1) == '\n';
  }

  private static boolean atWordEdge(String text, int i) {
    return i == 0
        || i + 1 == text.length()
        || !Character.isLetterOrDigit(text.charAt(i - 1))
        || !Character.isLetterOrDigit(text.charAt(i + 1));
  }
}
