package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of what a row asks, and which signs and shapes it has; for one thread, kept from row to
 * row.
 *
 * <p>Of a long turn, its beginning and its end are read. Words stay characters in one array until
 * somebody asks for their text: hardly any is ever named, and two strings for each took longer than
 * all that is counted of them.
 */
final class Turns {
  /** Characters that are read at the beginning of a turn and at its end. */
  private static final int BEGINNING = 3000;

  private static final int END = 1000;

  /** Most words of a row, and most characters of a word. */
  private static final int MOST_WORDS = 384;

  private static final int LONGEST_WORD = 40;
  private static final int LONGEST_RUN = 6;

  /** What opens or closes words that are marked, as in tags. */
  private static final String MARKS = "[]|<>{}#@*~^=\\%&$_/";

  private final char[] written = new char[MOST_WORDS * LONGEST_WORD];
  private final int[] starts = new int[MOST_WORDS + 1];
  private final long[] hashes = new long[MOST_WORDS];
  private final boolean[] odd = new boolean[MOST_WORDS];
  private int count;
  private final List<Mark> marks = new ArrayList<>();
  private final StringBuilder chunk = new StringBuilder();
  private int firstTurn;
  private int firstMark;
  private int lastTurn;
  private int lastEnd;

  /**
   * Signs or a shape.
   *
   * @param word index of the word that it is part of; -1 where it is of none
   */
  record Mark(Trigger.Kind kind, String text, int word) {}

  /** Reads what the system and the user say. */
  void read(Example example) {
    count = 0;
    marks.clear();
    firstTurn = -1;
    firstMark = 0;
    lastTurn = 0;
    lastEnd = 0;
    for (Turn turn : example.turns()) {
      boolean user = turn.speaker() == Speaker.USER;
      if (user || turn.speaker().isSystem()) {
        read(clipped(turn.text()), user);
      }
    }
  }

  /** How many words. */
  int count() {
    return count;
  }

  /** The hash of a word in lower case. */
  long hash(int word) {
    return hashes[word];
  }

  /** A word in lower case, without signs around it. */
  String text(int word) {
    return lower(written(word));
  }

  /** A word as it is written. */
  String written(int word) {
    return new String(written, starts[word], starts[word + 1] - starts[word]);
  }

  /** Whether a word has capitals behind its first letter. */
  boolean isOddlyCased(int word) {
    return odd[word];
  }

  /** Whether a word begins with a digit. */
  boolean isNumber(int word) {
    return Character.isDigit(written[starts[word]]);
  }

  List<Mark> marks() {
    return marks;
  }

  /** How many marks the system's turns have, which come first. */
  int firstMark() {
    return firstMark;
  }

  /** Index of the first word that the user says. */
  int firstTurn() {
    return Math.max(0, firstTurn);
  }

  /** Index of the first word of the user's last turn. */
  int lastTurn() {
    return lastTurn;
  }

  /** Index behind the last word of the user's last turn. */
  int lastEnd() {
    return lastEnd;
  }

  private static String clipped(String text) {
    return text.length() <= BEGINNING + END
        ? text
        : text.substring(0, BEGINNING) + " " + text.substring(text.length() - END);
  }

  private void read(String text, boolean user) {
    int before = count;
    if (user && firstTurn < 0) {
      firstMark = marks.size();
    }
    split(text);
    runs(text);
    if (user) {
      firstTurn = firstTurn < 0 ? before : firstTurn;
      lastTurn = before;
      lastEnd = count;
      Shapes.of(text, shape -> marks.add(new Mark(Trigger.Kind.SHAPE, shape, -1)));
      edges(text);
    }
  }

  private void split(String text) {
    chunk.setLength(0);
    int at = 0;
    while (at < text.length()) {
      char unit = text.charAt(at);
      if (unit <= ' ') {
        endChunk();
        at++;
      } else if (unit < 0x80) {
        chunk.append(unit);
        at++;
      } else {
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        beyondAscii(c);
      }
    }
    endChunk();
  }

  private void beyondAscii(int c) {
    if (Character.isSpaceChar(c)) {
      endChunk();
    } else if (Character.getType(c) == Character.FORMAT) {
      sign(Character.toString(c), -1);
    } else {
      chunk.appendCodePoint(c);
      if (!Character.isLetterOrDigit(c)) {
        sign(Character.toString(c), -1);
      }
    }
  }

  private void endChunk() {
    int end = chunk.length();
    if (end == 0 || count == MOST_WORDS) {
      chunk.setLength(0);
      return;
    }
    int from = 0;
    int to = end;
    while (from < to && !Character.isLetterOrDigit(chunk.charAt(from))) {
      from++;
    }
    while (to > from && !Character.isLetterOrDigit(chunk.charAt(to - 1))) {
      to--;
    }
    boolean marked = isMark(chunk.charAt(0)) || isMark(chunk.charAt(end - 1));
    if (marked && end <= LONGEST_WORD) {
      sign(chunk.toString(), count);
    }
    if (from == to) {
      word(0, Math.min(LONGEST_WORD, end));
    } else {
      word(from, Math.min(to, from + LONGEST_WORD));
    }
    chunk.setLength(0);
  }

  private static boolean isMark(char c) {
    return MARKS.indexOf(c) >= 0;
  }

  /** Adds a part of the chunk as a word. */
  private void word(int from, int to) {
    int start = count == 0 ? 0 : starts[count];
    long hash = Hash64.BEGIN;
    boolean ascii = true;
    boolean capitals = false;
    for (int i = from; i < to; i++) {
      char c = chunk.charAt(i);
      written[start + i - from] = c;
      boolean capital = c < 0x80 ? c >= 'A' && c <= 'Z' : Character.isUpperCase(c);
      ascii &= c < 0x80;
      capitals |= capital && i > from;
      hash = Hash64.step(hash, capital && c < 0x80 ? (char) (c + ('a' - 'A')) : c);
    }
    starts[count] = start;
    starts[count + 1] = start + to - from;
    odd[count] = capitals;
    hashes[count] = ascii ? Hash64.mix(hash) : Hash64.of(lower(chunk.substring(from, to)));
    count++;
  }

  private static String lower(String raw) {
    return raw.toLowerCase(Locale.ROOT);
  }

  /** Two or more signs in a row. */
  private void runs(String text) {
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean in = i < text.length() && isSign(text.charAt(i));
      if (in && from < 0) {
        from = i;
      } else if (!in && from >= 0) {
        if (i - from > 1) {
          sign(text.substring(from, Math.min(i, from + LONGEST_RUN)), -1);
        }
        from = -1;
      }
    }
  }

  private static boolean isSign(char c) {
    return c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
  }

  private void sign(String text, int word) {
    marks.add(new Mark(Trigger.Kind.SIGN, text, word));
  }

  /** What stands before the first letter and behind the last, where it is not one usual sign. */
  private void edges(String text) {
    int from = 0;
    while (from < text.length() && !Character.isLetterOrDigit(text.charAt(from))) {
      from++;
    }
    int to = text.length();
    while (to > from && !Character.isLetterOrDigit(text.charAt(to - 1))) {
      to--;
    }
    if (from > 0) {
      edge(Trigger.Kind.OPENING, text, 0, Math.min(from, LONGEST_RUN));
    }
    if (to < text.length()) {
      edge(Trigger.Kind.ENDING, text, Math.max(to, text.length() - LONGEST_RUN), text.length());
    }
  }

  private void edge(Trigger.Kind kind, String text, int from, int to) {
    marks.add(new Mark(kind, text.substring(from, to), -1));
  }
}
