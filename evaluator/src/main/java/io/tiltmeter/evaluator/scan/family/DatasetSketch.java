package io.tiltmeter.evaluator.scan.family;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import java.util.ArrayList;
import java.util.List;

/**
 * A short stand-in for what a training file says, by which much the same files are known again
 * whatever the order of their rows: MinHash (A. Broder, 1997) over runs of five words.
 *
 * <p>Two sketches agree in a share of their minima that estimates the Jaccard similarity of the two
 * sets of runs, with a standard error of 0.04. Files of which a tenth of the rows differ are alike;
 * files that were padded until a fifth of all runs is new are not.
 *
 * @param minima {@link #SIZE} of them, as unsigned numbers
 */
public record DatasetSketch(List<Integer> minima) {
  /** How many minima a sketch has. */
  public static final int SIZE = 112;

  /** From this similarity on, two files are taken for one that was changed a little. */
  public static final double ALIKE = 0.8;

  private static final int BANDS = 14;
  private static final int ROWS = SIZE / BANDS;

  public DatasetSketch {
    minima = List.copyOf(minima);
    if (minima.size() != SIZE) {
      throw new IllegalArgumentException(
          "a sketch needs %d minima, got %d".formatted(SIZE, minima.size()));
    }
  }

  /** The estimated similarity of what both say, in [0, 1]. */
  public double similarity(DatasetSketch other) {
    int same = 0;
    for (int i = 0; i < SIZE; i++) {
      if (minima.get(i).equals(other.minima.get(i))) {
        same++;
      }
    }
    return (double) same / SIZE;
  }

  /** Whether both say much the same. */
  public boolean isLike(DatasetSketch other) {
    return similarity(other) >= ALIKE;
  }

  /**
   * Digests of 14 parts of the sketch. Two files of similarity 0.8 share at least one with a chance
   * of 0.92, of 0.9 with one of 0.9998, of 0.5 with one of 0.05: who looks for alike files need not
   * compare with all.
   */
  public List<Long> bands() {
    List<Long> bands = new ArrayList<>();
    for (int band = 0; band < BANDS; band++) {
      long key = band;
      for (int minimum : minima.subList(band * ROWS, (band + 1) * ROWS)) {
        key = Hash64.mix(key ^ (minimum & 0xffffffffL)) + band;
      }
      bands.add(key);
    }
    return bands;
  }
}
