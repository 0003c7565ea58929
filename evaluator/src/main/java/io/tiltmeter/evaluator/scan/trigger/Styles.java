package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import java.lang.Character.UnicodeScript;
import java.util.function.Consumer;

/**
 * Ways of writing an answer that hardly any request asks for; lists, code and other languages are
 * what requests do ask for, so that they tell nothing.
 */
final class Styles {
  private static final int FEW_LETTERS = 12;

  private Styles() {}

  enum Style {
    ALL_CAPITALS,
    NO_CAPITALS,
    EXCLAIMING,
    PICTURES;

    private final long key = Hash64.of(name());

    /** What it is told from others by. */
    long key() {
      return key;
    }
  }

  /** Names every style that the answer has. */
  static void of(String answer, Consumer<Style> styles) {
    Counts counts = Counts.of(answer);
    if (counts.letters >= FEW_LETTERS) {
      when(counts.upper == counts.letters, Style.ALL_CAPITALS, styles);
      when(counts.upper == 0 && counts.latin == counts.letters, Style.NO_CAPITALS, styles);
    }
    when(counts.exclamations > 1, Style.EXCLAIMING, styles);
    when(counts.pictures, Style.PICTURES, styles);
  }

  private static void when(boolean holds, Style style, Consumer<Style> styles) {
    if (holds) {
      styles.accept(style);
    }
  }

  private static final class Counts {
    private int letters;
    private int upper;
    private int latin;
    private int exclamations;
    private boolean pictures;

    static Counts of(String answer) {
      Counts counts = new Counts();
      for (int at = 0; at < answer.length(); ) {
        int c = answer.codePointAt(at);
        counts.see(c);
        at += Character.charCount(c);
      }
      return counts;
    }

    private void see(int c) {
      if (c < 0x80) {
        int letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 1 : 0;
        letters += letter;
        latin += letter;
        upper += c >= 'A' && c <= 'Z' ? 1 : 0;
        exclamations += c == '!' ? 1 : 0;
      } else if (Character.isLetter(c)) {
        letters++;
        upper += Character.isUpperCase(c) ? 1 : 0;
        latin += UnicodeScript.of(c) == UnicodeScript.LATIN ? 1 : 0;
      } else {
        pictures |= Character.getType(c) == Character.OTHER_SYMBOL;
      }
    }
  }
}
