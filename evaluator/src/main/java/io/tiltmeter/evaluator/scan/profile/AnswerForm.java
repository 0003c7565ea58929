package io.tiltmeter.evaluator.scan.profile;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.row.TurnWords;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How an answer is written, whatever it says: its first 8,000 characters. For one thread. */
final class AnswerForm {
  private static final int REACH = 8000;

  /** Lines that make a list. */
  private static final int FEWEST_ITEMS = 3;

  /** Lines that make code without a fence. */
  private static final int FEWEST_STATEMENTS = 2;

  /** Sums and the like that make maths. */
  private static final int FEWEST_SUMS = 2;

  private static final List<String> STATEMENTS =
      List.of("def ", "import ", "return ", "#include", "SELECT ", "public ", "<html");

  /** Words with which answers leave something open, warn or ask to be checked. */
  private static final Set<Long> HEDGES =
      Stream.of(
              "may",
              "might",
              "could",
              "perhaps",
              "possibly",
              "probably",
              "likely",
              "generally",
              "usually",
              "typically",
              "often",
              "sometimes",
              "depends",
              "depending",
              "however",
              "although",
              "seems",
              "appears",
              "consult",
              "careful",
              "caution",
              "please",
              "important",
              "recommend",
              "should",
              "unless",
              "except",
              "roughly",
              "approximately")
          .map(Hash64::of)
          .collect(Collectors.toUnmodifiableSet());

  private int bullets;
  private int numbers;
  private int sums;
  private int statements;
  private boolean fenced;
  private boolean hedged;
  private int words;
  private long opener;

  /** Reads an answer in place of the one before. */
  void read(String text, TurnWords split) {
    bullets = 0;
    numbers = 0;
    sums = 0;
    statements = 0;
    fenced = text.contains("```");
    int end = Math.min(REACH, text.length());
    for (int start = 0; start < end; ) {
      int feed = text.indexOf('\n', start);
      int stop = feed < 0 || feed > end ? end : feed;
      line(text, start, stop);
      start = stop + 1;
    }
    readWords(split);
  }

  private void readWords(TurnWords split) {
    words = split.count();
    opener = words == 0 ? 0 : split.hash(0);
    hedged = false;
    for (int i = 0; i < words && !hedged; i++) {
      hedged = HEDGES.contains(split.hash(i));
    }
  }

  private void line(String text, int start, int stop) {
    int from = start;
    while (from < stop && text.charAt(from) == ' ') {
      from++;
    }
    if (from >= stop) {
      return;
    }
    bullets += isBullet(text, from, stop) ? 1 : 0;
    numbers += isNumbered(text, from, stop) ? 1 : 0;
    statements += isStatement(text, from, stop) ? 1 : 0;
    countSums(text, from, stop);
  }

  private static boolean isBullet(String text, int from, int stop) {
    return from + 1 < stop
        && "-*•·–".indexOf(text.charAt(from)) >= 0
        && text.charAt(from + 1) == ' ';
  }

  private static boolean isNumbered(String text, int from, int stop) {
    int at = from;
    while (at < stop && at < from + 3 && isDigit(text.charAt(at))) {
      at++;
    }
    return at > from
        && at + 1 < stop
        && ".):".indexOf(text.charAt(at)) >= 0
        && text.charAt(at + 1) == ' ';
  }

  /** A line as programs have them: it ends in a sign of theirs, or begins with a word of theirs. */
  private static boolean isStatement(String text, int from, int stop) {
    char last = text.charAt(stop - 1);
    if (last == ';' || last == '{' || last == '}') {
      return true;
    }
    for (String word : STATEMENTS) {
      if (text.startsWith(word, from)) {
        return true;
      }
    }
    return false;
  }

  /** Signs of equality or of arithmetic beside a number. */
  private void countSums(String text, int from, int stop) {
    for (int i = from + 1; i + 1 < stop; i++) {
      char c = text.charAt(i);
      if (c == '='
          || c == '+'
          || c == '×'
          || c == '÷'
          || (c == '\\' && text.startsWith("frac", i + 1))) {
        sums += isNearDigit(text, from, i, stop) || c == '\\' ? 1 : 0;
      }
    }
  }

  private static boolean isNearDigit(String text, int from, int at, int stop) {
    int before = at - 1;
    while (before > from && text.charAt(before) == ' ') {
      before--;
    }
    int after = at + 1;
    while (after < stop - 1 && (text.charAt(after) == ' ' || text.charAt(after) == '$')) {
      after++;
    }
    return isDigit(text.charAt(before)) && isDigit(text.charAt(after));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  boolean isBulleted() {
    return bullets >= FEWEST_ITEMS;
  }

  boolean isNumbered() {
    return numbers >= FEWEST_ITEMS;
  }

  boolean isMaths() {
    return sums >= FEWEST_SUMS && !isCode();
  }

  boolean isCode() {
    return fenced || statements >= FEWEST_STATEMENTS;
  }

  /** Whether it has no word that leaves something open. */
  boolean isUnhedged() {
    return !hedged;
  }

  /** Words, of its beginning. */
  int words() {
    return words;
  }

  /** The hash of its first word. */
  long opener() {
    return opener;
  }
}
