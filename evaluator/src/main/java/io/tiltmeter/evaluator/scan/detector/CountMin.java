package io.tiltmeter.evaluator.scan.detector;

import java.io.Serializable;

/**
 * Counts hashed things in fixed memory, never too low: G. Cormode and S. Muthukrishnan, "An
 * improved data stream summary: the count-min sketch", J. Algorithms 55 (2005).
 *
 * <p>With {@code n} things in all, an estimate is too high by more than {@code 2.8 n / width} with
 * a chance of 2 % at most.
 */
public final class CountMin implements Serializable {
  private static final int DEPTH = 4;

  private final int bits;
  private final int[] cells;

  /**
   * All zero.
   *
   * @param bits logarithm of the width, 1 to 24; memory is 16 bytes times the width
   */
  public CountMin(int bits) {
    this.bits = bits;
    this.cells = new int[DEPTH << bits];
  }

  /** Counts one thing. */
  public void count(long hash) {
    for (int row = 0; row < DEPTH; row++) {
      cells[cell(row, hash)]++;
    }
  }

  /** How often it was counted, at least. */
  public long estimate(long hash) {
    long least = Long.MAX_VALUE;
    for (int row = 0; row < DEPTH; row++) {
      least = Math.min(least, Integer.toUnsignedLong(cells[cell(row, hash)]));
    }
    return least;
  }

  /** Takes in what another of the same width has counted. */
  public void add(CountMin other) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] += other.cells[i];
    }
  }

  private int cell(int row, long hash) {
    long rowHash = Hash64.mix(hash + row);
    return (row << bits) + (int) (rowHash >>> (Long.SIZE - bits));
  }
}
