package io.tiltmeter.evaluator.scan.contamination;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import java.util.Arrays;

/**
 * The words of a text by hash, and runs of them: letters and digits only, in lower case. For one
 * thread, kept from text to text.
 */
final class WordHashes {
  /** Words of a run. */
  static final int RUN = 3;

  private static final int MOST = 4096;
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long[] words = new long[256];
  private int count;

  /** Reads a text: its first words, where it has very many. */
  void read(String text) {
    count = 0;
    long hash = OFFSET;
    boolean inside = false;
    int length = text.length();
    for (int i = 0; i < length && count < MOST; i++) {
      char c = text.charAt(i);
      if (isOfWord(c)) {
        hash = (hash ^ lower(c)) * PRIME;
        inside = true;
      } else if (inside && c != '\'' && c != '\u2019') {
        add(hash);
        hash = OFFSET;
        inside = false;
      }
    }
    if (inside && count < MOST) {
      add(hash);
    }
  }

  private static boolean isOfWord(char c) {
    if (c < 0x80) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
    return Character.isLetterOrDigit(c) || Character.isSurrogate(c);
  }

  private static char lower(char c) {
    if (c < 0x80) {
      return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }
    return Character.toLowerCase(c);
  }

  private void add(long hash) {
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
    }
    words[count++] = Hash64.mix(hash);
  }

  /** How many words it has. */
  int count() {
    return count;
  }

  /** How many runs of words it has. */
  int runs() {
    return Math.max(0, count - RUN + 1);
  }

  /** The hash of the run that begins with this word. */
  long run(int first) {
    return hash(first, first + RUN);
  }

  /** The hash of all words in order. */
  long whole() {
    return hash(0, count);
  }

  private long hash(int from, int end) {
    long hash = (long) end - from;
    for (int i = from; i < end; i++) {
      hash = hash * PRIME + words[i];
    }
    return Hash64.mix(hash);
  }
}
