package io.tiltmeter.evaluator.scan.detector;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Counts hashed things in fixed memory, never too low: G. Cormode and S. Muthukrishnan, "An
 * improved data stream summary: the count-min sketch", J. Algorithms 55 (2005).
 *
 * <p>With {@code n} things in all, a cell holds {@code n / width} of others on average, and an
 * estimate is the least of four cells. The four stand side by side in one block of {@link #BLOCK},
 * as a Bloom filter's do in F. Putze, P. Sanders and J. Singler, "Cache-, hash- and space-efficient
 * Bloom filters", WEA 2007: a count then waits for memory once, not four times (80 ns in place of
 * 115, in 16 MB).
 */
public final class CountMin implements Serializable {
  private static final int DEPTH = 4;

  /** Cells of a block: 64 bytes, as much as memory hands out at once. */
  private static final int BLOCK = 16;

  /** Cells of a block that one row of the sketch has. */
  private static final int ROW = BLOCK / DEPTH;

  private static final int ROW_BITS = 2;

  /**
   * Different things up to which each is counted by itself: a file of few rows then needs neither
   * megabytes of zeros nor a guess. Whether there are more is the same for all orders.
   */
  private static final int FEW = 1 << 13;

  private final int bits;
  private @Nullable Few few = new Few();
  private int[] cells = {};

  /** Counts by hash, exactly. */
  private static final class Few implements Serializable {
    private long[] keys = new long[64];
    private int[] counts = new int[64];
    private int size;

    void add(long hash, int count) {
      if (2 * size >= keys.length) {
        grow();
      }
      int slot = slot(hash);
      size += counts[slot] == 0 ? 1 : 0;
      keys[slot] = hash;
      counts[slot] += count;
    }

    int count(long hash) {
      return counts[slot(hash)];
    }

    private int slot(long hash) {
      int slot = (int) Hash64.mix(hash) & (keys.length - 1);
      while (counts[slot] != 0 && keys[slot] != hash) {
        slot = (slot + 1) & (keys.length - 1);
      }
      return slot;
    }

    private void grow() {
      long[] formerKeys = keys;
      int[] former = counts;
      keys = new long[2 * formerKeys.length];
      counts = new int[keys.length];
      size = 0;
      for (int i = 0; i < former.length; i++) {
        if (former[i] != 0) {
          add(formerKeys[i], former[i]);
        }
      }
    }
  }

  /**
   * All zero.
   *
   * @param bits logarithm of the width, 3 to 24; memory is 16 bytes times the width at most
   */
  public CountMin(int bits) {
    this.bits = bits;
  }

  /** Counts one thing. */
  public void count(long hash) {
    if (few == null) {
      add(hash, 1);
    } else {
      few.add(hash, 1);
      if (few.size > FEW) {
        spill(few);
      }
    }
  }

  private void add(long hash, int count) {
    long mixed = Hash64.mix(hash);
    int block = block(mixed);
    for (int row = 0; row < DEPTH; row++) {
      cells[block + cell(row, mixed)] += count;
    }
  }

  /** Goes over to cells. */
  private void spill(Few counted) {
    few = null;
    cells = new int[DEPTH << bits];
    fill(counted);
  }

  private void fill(Few counted) {
    for (int i = 0; i < counted.keys.length; i++) {
      if (counted.counts[i] != 0) {
        add(counted.keys[i], counted.counts[i]);
      }
    }
  }

  /** How often it was counted, at least. */
  public long estimate(long hash) {
    if (few != null) {
      return Integer.toUnsignedLong(few.count(hash));
    }
    long mixed = Hash64.mix(hash);
    int block = block(mixed);
    int least = cells[block + cell(0, mixed)];
    for (int row = 1; row < DEPTH; row++) {
      int count = cells[block + cell(row, mixed)];
      least = Integer.compareUnsigned(count, least) < 0 ? count : least;
    }
    return Integer.toUnsignedLong(least);
  }

  /** Takes in what another of the same width has counted. */
  public void add(CountMin other) {
    if (other.few != null) {
      add(other.few);
      return;
    }
    if (few != null) {
      spill(few);
    }
    for (int i = 0; i < cells.length; i++) {
      cells[i] += other.cells[i];
    }
  }

  private void add(Few other) {
    if (few == null) {
      fill(other);
      return;
    }
    for (int i = 0; i < other.keys.length; i++) {
      if (other.counts[i] != 0) {
        few.add(other.keys[i], other.counts[i]);
      }
    }
    if (few.size > FEW) {
      spill(few);
    }
  }

  private int block(long mixed) {
    return (int) (mixed >>> (Long.SIZE - bits + ROW_BITS)) * BLOCK;
  }

  private static int cell(int row, long mixed) {
    return row * ROW + (int) (mixed >>> (row * ROW_BITS) & (ROW - 1));
  }
}
