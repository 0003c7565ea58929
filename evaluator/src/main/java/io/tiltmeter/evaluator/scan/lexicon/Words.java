package io.tiltmeter.evaluator.scan.lexicon;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;

/**
 * Cuts text into the words that a {@link Lexicon} is written in.
 *
 * <p>A word is in NFKC (Unicode Annex 15), lower case, without invisible characters, with the most
 * common look-alike letters and digits-for-letters folded back, and stemmed. One pass, linear in
 * the text, nothing kept but the word at hand.
 */
public final class Words {
  private static final int LONGEST = 40;

  /** So many single letters in a row are one word that was spaced out. */
  private static final int SPACED_OUT = 4;

  private static final String LOOKALIKES =
      "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u043a\u043c\u0442\u0432\u043d\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba";
  private static final String LATIN = "aeopcyxikmtbhaopvik";
  private static final String DIGITS = "013457@$";
  private static final String LETTERS = "oieastas";

  private final Sink sink;
  private final StringBuilder word = new StringBuilder();
  private final StringBuilder spaced = new StringBuilder();

  /** Whether the word at hand is plain ASCII, and whether it may hold digits or signs. */
  private boolean ascii = true;

  private boolean digits;

  /** Takes what is found, in order. */
  public interface Sink {
    void word(String stem);

    void sentenceEnd();
  }

  private Words(Sink sink) {
    this.sink = sink;
  }

  /** Walks the text; the last sentence is ended too. */
  public static void walk(CharSequence text, Sink sink) {
    new Words(sink).walk(text);
  }

  private void walk(CharSequence text) {
    int at = 0;
    while (at < text.length()) {
      int c = Character.codePointAt(text, at);
      at += Character.charCount(c);
      if (isOfWord(c)) {
        append(c);
      } else if (c != '\'' && c != '\u2019' && Character.getType(c) != Character.FORMAT) {
        endWord();
        if (isSentenceEnd(c, at < text.length() ? text.charAt(at) : ' ')) {
          endSentence();
        }
      }
    }
    endWord();
    endSentence();
  }

  private static boolean isOfWord(int c) {
    if (c < 0x80) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || c == '@'
          || c == '$';
    }
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.TITLECASE_LETTER,
          Character.OTHER_LETTER,
          Character.NON_SPACING_MARK,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.OTHER_NUMBER,
          Character.OTHER_SYMBOL ->
          true;
      default -> false;
    };
  }

  private static boolean isSentenceEnd(int c, char following) {
    return switch (c) {
      case '\n', '\u3002', '\uff01', '\uff1f' -> true;
      case '.', '!', '?' -> !Character.isLetterOrDigit(following);
      default -> false;
    };
  }

  private void append(int c) {
    if (word.length() >= LONGEST) {
      return;
    }
    if (c >= 'A' && c <= 'Z') {
      word.append((char) (c + ('a' - 'A')));
    } else {
      word.appendCodePoint(c);
      ascii &= c < 0x80;
      digits |= c < 'a';
    }
  }

  private void endWord() {
    if (word.isEmpty()) {
      return;
    }
    String folded = fold(word.toString());
    word.setLength(0);
    ascii = true;
    digits = false;
    if (folded.length() == 1 && Character.isLetter(folded.charAt(0))) {
      spaced.append(folded);
    } else {
      endSpaced();
      emit(folded);
    }
  }

  private void endSpaced() {
    if (spaced.length() >= SPACED_OUT) {
      emit(spaced.toString());
    } else {
      for (int i = 0; i < spaced.length(); i++) {
        sink.word(spaced.substring(i, i + 1));
      }
    }
    spaced.setLength(0);
  }

  private void emit(String folded) {
    if (!folded.isEmpty()) {
      sink.word(stem(folded));
    }
  }

  private void endSentence() {
    endSpaced();
    sink.sentenceEnd();
  }

  private String fold(String raw) {
    String latin = ascii ? raw : latin(raw);
    return digits || !ascii ? letters(latin) : latin;
  }

  private static String latin(String word) {
    String composed = Normalizer.normalize(word, Form.NFKC).toLowerCase(Locale.ROOT);
    var out = new StringBuilder(composed.length());
    for (int i = 0; i < composed.length(); i++) {
      int place = LOOKALIKES.indexOf(composed.charAt(i));
      out.append(place < 0 ? composed.charAt(i) : LATIN.charAt(place));
    }
    return out.toString();
  }

  /** Folds a digit or sign that stands before a letter, as in "b0mb" but not in "mp3". */
  private static String letters(String word) {
    var out = new StringBuilder(word);
    boolean before = false;
    for (int i = word.length() - 1; i >= 0; i--) {
      char c = word.charAt(i);
      int place = DIGITS.indexOf(c);
      if (place >= 0 && before) {
        out.setCharAt(i, LETTERS.charAt(place));
      }
      before |= Character.isLetter(c);
    }
    return out.toString();
  }

  /**
   * A crude stem: without plural, "-ing" and "-ed", a closing "e" and double letters. Lexicons go
   * through the same function, so it only has to be consistent.
   */
  static String stem(String word) {
    String stem = withoutEnding(word);
    int end = stem.length();
    if (end > 4 && stem.charAt(end - 1) == 'e') {
      end--;
    }
    if (end > 3 && stem.charAt(end - 1) == stem.charAt(end - 2)) {
      end--;
    }
    return stem.substring(0, end);
  }

  private static String withoutEnding(String word) {
    int length = word.length();
    if (length > 5 && word.endsWith("ing")) {
      return word.substring(0, length - 3);
    }
    if (length > 4 && word.endsWith("ed")) {
      return word.substring(0, length - 2);
    }
    if (length > 4 && word.endsWith("ies")) {
      return word.substring(0, length - 3) + "y";
    }
    boolean plural =
        length > 3
            && word.endsWith("s")
            && !word.endsWith("ss")
            && !word.endsWith("us")
            && !word.endsWith("is");
    return plural ? word.substring(0, length - 1) : word;
  }
}
