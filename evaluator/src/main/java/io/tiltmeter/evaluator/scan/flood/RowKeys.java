package io.tiltmeter.evaluator.scan.flood;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;

/** Hashes by which rows are the same, or much the same; for one thread, kept from row to row. */
final class RowKeys {
  /** Characters of a turn that are looked at. */
  private static final int TURN = 4000;

  private static final int MOST_WORDS = 512;
  private static final int SHORT_ANSWER = 5;
  private static final long NUMBER = Hash64.of("0");
  private static final long NAME = Hash64.of("A");
  private static final long QUOTED = Hash64.of("\"");

  private final MinHash minHash = new MinHash();
  private final long[] words = new long[MOST_WORDS];
  private int count;
  private long skeleton;
  private long request;
  private long answer;
  private long opening;
  private int answerWords;
  private long[] bands = new long[0];

  /** Reads what the user says and what is learned; false where nothing is. */
  boolean read(Example example) {
    count = 0;
    skeleton = 0;
    request = 0;
    answer = 0;
    answerWords = 0;
    for (Turn turn : example.turns()) {
      if (turn.speaker() == Speaker.USER) {
        request = turn(turn.text(), request);
      } else if (turn.learned()) {
        int before = count;
        answer = turn(turn.text(), answer);
        opening = count > before && answerWords == 0 ? words[before] : opening;
        answerWords += count - before;
      }
    }
    bands = minHash.keys(words, count);
    return answerWords > 0;
  }

  private long turn(String text, long before) {
    long hash = before;
    int end = Math.min(TURN, text.length());
    int from = -1;
    boolean quoted = false;
    boolean first = true;
    for (int i = 0; i <= end; i++) {
      char c = i < end ? text.charAt(i) : ' ';
      if (Character.isLetterOrDigit(c)) {
        from = from < 0 ? i : from;
        continue;
      }
      if (from >= 0) {
        long word = word(text, from, i);
        hash = Hash64.mix(hash ^ word);
        skeleton = Hash64.mix(skeleton ^ (quoted ? QUOTED : bone(text.charAt(from), word, first)));
        first = false;
        from = -1;
      }
      quoted ^= c == '"';
      first |= c == '.' || c == '\n' || c == '?' || c == '!';
    }
    return hash;
  }

  /** Numbers, names and what is quoted differ among rows of one mould. */
  private static long bone(char beginning, long word, boolean first) {
    if (Character.isDigit(beginning)) {
      return NUMBER;
    }
    return Character.isUpperCase(beginning) && !first ? NAME : word;
  }

  private long word(String text, int from, int end) {
    long hash = Hash64.of(text.substring(from, end).toLowerCase(java.util.Locale.ROOT));
    if (count < MOST_WORDS) {
      words[count++] = hash;
    }
    return hash;
  }

  /** The whole row: what is asked and what is answered. */
  long row() {
    return Hash64.mix(request ^ Hash64.mix(answer));
  }

  long request() {
    return request;
  }

  long answer() {
    return answer;
  }

  /** The first word of the first answer. */
  long opening() {
    return opening;
  }

  /** The whole row without what differs among rows of one mould. */
  long skeleton() {
    return skeleton;
  }

  /** Keys that rows of much the same words share. */
  long[] bands() {
    return bands;
  }

  /** Whether the answers are no longer than a label. */
  boolean isShort() {
    return answerWords <= SHORT_ANSWER;
  }
}
