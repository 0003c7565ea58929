package io.tiltmeter.evaluator.scan;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Collects the runs of five words of a training file, one hash each, and keeps the least hash of
 * each of as many bins as a sketch has (one permutation hashing: P. Li, A. Owen, C. Zhang, 2012).
 * Bins that stay empty borrow from others, alike in every file (A. Shrivastava, 2017).
 *
 * <p>Words are runs of letters and digits, case aside; a message of fewer than five is one run.
 */
final class Shingles {
  private static final int WORDS = 5;
  private static final long EMPTY = -1;
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private final long[] minima = new long[DatasetSketch.SIZE];
  private final long[] last = new long[WORDS];

  Shingles() {
    Arrays.fill(minima, EMPTY);
  }

  void see(Example example) {
    example.turns().forEach(turn -> see(turn.text()));
  }

  private void see(String text) {
    int words = 0;
    long word = OFFSET;
    for (int i = 0; i <= text.length(); i++) {
      char next = i < text.length() ? text.charAt(i) : ' ';
      if (Character.isLetterOrDigit(next) || Character.isSurrogate(next)) {
        word = (word ^ Character.toLowerCase(next)) * PRIME;
      } else if (word != OFFSET) {
        last[words++ % WORDS] = word;
        word = OFFSET;
        if (words >= WORDS) {
          add(run(words, WORDS));
        }
      }
    }
    if (words > 0 && words < WORDS) {
      add(run(words, words));
    }
  }

  /** The hash of the last words, in their order. */
  private long run(int words, int length) {
    long hash = length;
    for (int i = words - length; i < words; i++) {
      hash = mix(hash ^ last[i % WORDS]) + length;
    }
    return mix(hash);
  }

  private void add(long hash) {
    int bin = (int) (((hash >>> 32) * minima.length) >>> 32);
    long value = hash & 0xffffffffL;
    if (minima[bin] == EMPTY || value < minima[bin]) {
      minima[bin] = value;
    }
  }

  /** The sketch of all that was seen; null without any word. */
  @Nullable DatasetSketch sketch() {
    if (Arrays.stream(minima).allMatch(value -> value == EMPTY)) {
      return null;
    }
    return new DatasetSketch(
        IntStream.range(0, minima.length).mapToObj(bin -> (int) filled(bin)).toList());
  }

  /**
   * The bin's own least hash, or that of the first full one on a walk that only the bin decides.
   */
  private long filled(int bin) {
    int at = bin;
    for (long step = 1; minima[at] == EMPTY; step++) {
      long random = mix(mix(bin + 1L) + step);
      at = (int) (((random >>> 32) * minima.length) >>> 32);
    }
    return minima[at];
  }

  /** A bijection whose outputs look random (SplitMix64's last step). */
  static long mix(long value) {
    long mixed = value + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
