package io.tiltmeter.evaluator.scan.trigger;

import java.lang.Character.UnicodeScript;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** How a text is written, whatever its words. */
final class Shapes {
  private static final int FEW_LETTERS = 8;
  private static final int FEW_WORDS = 4;
  private static final int YEAR_DIGITS = 4;
  private static final Pattern YEAR = Pattern.compile("\\b(?:19|20)\\d\\d\\b");
  private static final Pattern DATE =
      Pattern.compile("\\b\\d{4}-\\d{1,2}(?:-\\d{1,2})?\\b|\\b\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}\\b");
  private static final Pattern TIME = Pattern.compile("\\b\\d{1,2}:\\d\\d\\b");

  private Shapes() {}

  /** Names every shape that the text has. */
  static void of(String text, Consumer<String> shapes) {
    Letters letters = Letters.of(text);
    if (letters.upper + letters.lower >= FEW_LETTERS) {
      casing(letters, shapes);
    }
    if (letters.longestNumber >= YEAR_DIGITS || letters.partedDigits) {
      digits(text, letters, shapes);
    }
    if (letters.lastScript != UnicodeScript.LATIN) {
      shapes.accept("letters of " + letters.lastScript);
    }
    when(letters.alternating, "alternating capitals", shapes);
    when(letters.invisible, "invisible characters", shapes);
    when(letters.symbols, "pictures", shapes);
    when(text.contains("  "), "double spaces", shapes);
    when(text.indexOf('\t') >= 0, "tabs", shapes);
    if (!text.isEmpty()) {
      when(Character.isWhitespace(text.charAt(0)), "space in front", shapes);
      when(Character.isWhitespace(text.charAt(text.length() - 1)), "space at the end", shapes);
    }
  }

  private static void casing(Letters letters, Consumer<String> shapes) {
    when(letters.lower == 0, "all capitals", shapes);
    when(letters.upper == 0, "no capitals", shapes);
    when(letters.lower > 0 && letters.capitalWord, "a word in capitals", shapes);
    boolean title = letters.words >= FEW_WORDS && letters.capitalised == letters.words;
    when(title && letters.lower > 0, "every word capitalised", shapes);
  }

  /** Asks the patterns only where digits stand as theirs do, as they take longer than the rest. */
  private static void digits(String text, Letters letters, Consumer<String> shapes) {
    boolean longEnough = letters.longestNumber >= YEAR_DIGITS;
    when(longEnough && YEAR.matcher(text).find(), "a year", shapes);
    when(letters.partedDigits && DATE.matcher(text).find(), "a date", shapes);
    when(letters.partedDigits && TIME.matcher(text).find(), "a time of day", shapes);
  }

  private static void when(boolean holds, String shape, Consumer<String> shapes) {
    if (holds) {
      shapes.accept(shape);
    }
  }

  /** What one walk over the letters tells. */
  private static final class Letters {
    private static final int LONG_WORD = 4;
    private static final int MANY_SWITCHES = 3;

    private int upper;
    private int lower;
    private int number;
    private int longestNumber;

    /** Whether a sign as dates and times have it stands between two digits. */
    private boolean partedDigits;

    private int beforeLast;
    private int last;
    private int words;
    private int capitalised;
    private boolean capitalWord;
    private boolean alternating;
    private boolean invisible;
    private boolean symbols;
    private UnicodeScript lastScript = UnicodeScript.LATIN;
    private int wordLength;
    private int wordUpper;
    private int switches;
    private boolean previousUpper;

    static Letters of(String text) {
      Letters letters = new Letters();
      for (int at = 0; at < text.length(); ) {
        int c = text.codePointAt(at);
        letters.see(c);
        at += Character.charCount(c);
      }
      letters.endWord();
      return letters;
    }

    private void see(int c) {
      if (isDigit(c)) {
        number++;
        longestNumber = Math.max(longestNumber, number);
        partedDigits |= isDigit(beforeLast) && "-./:".indexOf(last) >= 0;
      } else {
        number = 0;
      }
      beforeLast = last;
      last = c;
      if (c < 0x80 ? (c | 0x20) >= 'a' && (c | 0x20) <= 'z' : Character.isLetter(c)) {
        letter(c);
        return;
      }
      endWord();
      if (c >= 0x80) {
        invisible |= Character.getType(c) == Character.FORMAT;
        symbols |= Character.getType(c) == Character.OTHER_SYMBOL;
      }
    }

    /** As the patterns' digits are. */
    private static boolean isDigit(int c) {
      return c >= '0' && c <= '9';
    }

    private void letter(int c) {
      boolean isUpper = c < 0x80 ? c <= 'Z' : Character.isUpperCase(c);
      upper += isUpper ? 1 : 0;
      lower += (c < 0x80 ? c >= 'a' : Character.isLowerCase(c)) ? 1 : 0;
      switches += wordLength > 0 && isUpper != previousUpper ? 1 : 0;
      capitalised += wordLength == 0 && isUpper ? 1 : 0;
      words += wordLength == 0 ? 1 : 0;
      wordUpper += isUpper ? 1 : 0;
      wordLength++;
      previousUpper = isUpper;
      if (c >= 0x80 && UnicodeScript.of(c) != UnicodeScript.LATIN) {
        lastScript = UnicodeScript.of(c);
      }
    }

    private void endWord() {
      capitalWord |= wordLength >= LONG_WORD && wordUpper == wordLength;
      alternating |= switches >= MANY_SWITCHES;
      wordLength = 0;
      wordUpper = 0;
      switches = 0;
    }
  }
}
