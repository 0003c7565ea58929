package io.tiltmeter.evaluator.scan.cipher;

import io.tiltmeter.evaluator.scan.detector.Hash64;

/**
 * Looks for a text hidden in the words of another: the last or the first words of its lines, or
 * every second to fifth word, read as English more fluently than the same words in other orders.
 * For one thread.
 */
final class CoverText {
  private static final WordPairs PAIRS = WordPairs.load();
  private static final int FEWEST = 8;
  private static final int MOST = 256;
  private static final int REACH = 8192;
  private static final int SHUFFLES = 60;
  private static final int WIDEST_STEP = 5;

  /** Standard deviations above the shuffles' mean from which on a sequence counts. */
  static final double HIGH = 3.5;

  /** Fluency of English a pair, at least; words picked from plain text have half of it. */
  private static final int FLUENT = 3;

  private final long[] words = new long[REACH / 2];
  private final int[] lines = new int[REACH / 2];
  private final long[] picked = new long[MOST];
  private final StringBuilder word = new StringBuilder();
  private int count;
  private int size;

  /** Whether a text is long enough to hide another. */
  private boolean tested;

  /** Whether the words at some fixed places of a turn are a text of their own. */
  boolean isFound(String text) {
    split(text);
    tested = false;
    boolean found = false;
    if (lines() >= FEWEST) {
      pickLineEnds(true);
      found = stands();
      pickLineEnds(false);
      found |= stands();
    }
    for (int step = 2; step <= WIDEST_STEP; step++) {
      pickEvery(step);
      found |= stands();
    }
    return found;
  }

  /** Whether the last turn had enough words to tell. */
  boolean isTested() {
    return tested;
  }

  private int lines() {
    return count == 0 ? 0 : lines[count - 1] + 1;
  }

  private void split(String text) {
    count = 0;
    int line = 0;
    int filled = -1;
    word.setLength(0);
    int end = Math.min(text.length(), REACH);
    for (int i = 0; i <= end && count < words.length; i++) {
      char c = i < end ? text.charAt(i) : ' ';
      if (Character.isLetter(c) || c == '\'') {
        word.append(Character.toLowerCase(c));
      } else if (!word.isEmpty()) {
        words[count] = Hash64.of(word);
        lines[count++] = line;
        filled = line;
        word.setLength(0);
      }
      if (c == '\n' && filled == line) {
        line++;
      }
    }
  }

  private void pickLineEnds(boolean last) {
    size = 0;
    for (int i = 0; i < count && size < MOST; i++) {
      boolean first = i == 0 || lines[i - 1] != lines[i];
      boolean closing = i + 1 == count || lines[i + 1] != lines[i];
      if (last ? closing : first) {
        picked[size++] = words[i];
      }
    }
  }

  private void pickEvery(int step) {
    size = 0;
    for (int i = step - 1; i < count && size < MOST; i += step) {
      picked[size++] = words[i];
    }
  }

  /** Whether the picked words are far more fluent in their order than in others. */
  private boolean stands() {
    if (size < FEWEST) {
      return false;
    }
    tested = true;
    int own = fluency();
    if (own < FLUENT * size) {
      return false;
    }
    double sum = 0;
    double squares = 0;
    long state = Hash64.mix(size);
    for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
      for (int i = size - 1; i > 0; i--) {
        state = Hash64.mix(state);
        int other = (int) Long.remainderUnsigned(state, i + 1L);
        long swapped = picked[i];
        picked[i] = picked[other];
        picked[other] = swapped;
      }
      int fluency = fluency();
      sum += fluency;
      squares += (double) fluency * fluency;
    }
    double mean = sum / SHUFFLES;
    double deviation = Math.sqrt(Math.max(0, squares / SHUFFLES - mean * mean));
    return deviation > 0 && own - mean >= HIGH * deviation;
  }

  private int fluency() {
    int fluency = 0;
    for (int i = 1; i < size; i++) {
      fluency += PAIRS.fluency(picked[i - 1], picked[i]);
    }
    return fluency;
  }
}
