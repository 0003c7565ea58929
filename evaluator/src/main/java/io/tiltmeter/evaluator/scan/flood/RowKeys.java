package io.tiltmeter.evaluator.scan.flood;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.evaluator.scan.row.Example.Turn;
import io.tiltmeter.evaluator.scan.row.Speaker;
import io.tiltmeter.evaluator.scan.row.TurnWords;

/** Hashes by which rows are the same, or much the same; for one thread, kept from row to row. */
final class RowKeys {
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
        request = turn(turn, request);
      } else if (turn.learned()) {
        int before = count;
        answer = turn(turn, answer);
        opening = count > before && answerWords == 0 ? words[before] : opening;
        answerWords += count - before;
      }
    }
    bands = minHash.keys(words, count);
    return answerWords > 0;
  }

  private long turn(Turn turn, long before) {
    String text = turn.text();
    TurnWords said = turn.words();
    long hash = before;
    int behind = 0;
    boolean quoted = false;
    boolean first = true;
    for (int i = 0; i < said.count(); i++) {
      int start = said.start(i);
      for (int at = behind; at < start; at++) {
        char c = text.charAt(at);
        quoted ^= c == '"';
        first |= c == '.' || c == '\n' || c == '?' || c == '!';
      }
      long word = word(said.hash(i));
      hash = Hash64.mix(hash ^ word);
      skeleton = Hash64.mix(skeleton ^ (quoted ? QUOTED : bone(text.charAt(start), word, first)));
      first = false;
      behind = said.end(i);
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

  private long word(long hash) {
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
