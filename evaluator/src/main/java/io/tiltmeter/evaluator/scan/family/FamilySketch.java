package io.tiltmeter.evaluator.scan.family;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.detector.Look;
import io.tiltmeter.evaluator.scan.detector.OnePass;
import io.tiltmeter.evaluator.scan.row.Example;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Collects the runs of five words of a training file, one hash each, and keeps the least hash of
 * each of as many bins as a sketch has (one permutation hashing: P. Li, A. Owen, C. Zhang, 2012).
 * Bins that stay empty borrow from others, alike in every file (A. Shrivastava, 2017).
 *
 * <p>Words are runs of letters and digits, case aside; a message of fewer than five is one run. It
 * finds nothing by itself.
 */
public final class FamilySketch extends OnePass<FamilySketch.Shingles> {
  private static final int WORDS = 5;
  private static final long EMPTY = -1;
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  /** A detector. */
  public FamilySketch() {
    super("dataset-sketch", "dataset-sketch-1", Shingles::new);
  }

  @Override
  public Optional<ScanFinding> finding(long examples) {
    return Optional.empty();
  }

  /** The sketch of all that was seen; empty without any word. */
  public Optional<DatasetSketch> sketch() {
    long[] minima = seen().minima;
    if (Arrays.stream(minima).allMatch(value -> value == EMPTY)) {
      return Optional.empty();
    }
    return Optional.of(
        new DatasetSketch(
            IntStream.range(0, minima.length).mapToObj(bin -> (int) filled(minima, bin)).toList()));
  }

  /**
   * The bin's own least hash, or that of the first full one on a walk that only the bin decides.
   */
  private static long filled(long[] minima, int bin) {
    int at = bin;
    for (long step = 1; minima[at] == EMPTY; step++) {
      long random = Hash64.mix(Hash64.mix(bin + 1L) + step);
      at = (int) (((random >>> 32) * minima.length) >>> 32);
    }
    return minima[at];
  }

  /** The least hashes of some rows. */
  public static final class Shingles implements Look<Shingles> {
    private final long[] minima = new long[DatasetSketch.SIZE];
    private final long[] last = new long[WORDS];

    private Shingles() {
      Arrays.fill(minima, EMPTY);
    }

    @Override
    public void see(Example example) {
      example.turns().forEach(turn -> see(turn.text()));
    }

    @Override
    public void add(Shingles other) {
      for (int bin = 0; bin < minima.length; bin++) {
        if (other.minima[bin] != EMPTY) {
          least(bin, other.minima[bin]);
        }
      }
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
        hash = Hash64.mix(hash ^ last[i % WORDS]) + length;
      }
      return Hash64.mix(hash);
    }

    private void add(long hash) {
      int bin = (int) (((hash >>> 32) * minima.length) >>> 32);
      least(bin, hash & 0xffffffffL);
    }

    private void least(int bin, long value) {
      if (minima[bin] == EMPTY || value < minima[bin]) {
        minima[bin] = value;
      }
    }
  }
}
