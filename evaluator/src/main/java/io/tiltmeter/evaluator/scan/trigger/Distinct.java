package io.tiltmeter.evaluator.scan.trigger;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Different wordings among rows: all of them up to a number, and of more the share that hashes say
 * (the k minimum values of Bar-Yossef et al., RANDOM 2002).
 *
 * <p>Thousands of features keep one each, and every row is shown to several: arrays in order, as a
 * tree of objects took a tenth of the third pass.
 */
final class Distinct implements Serializable {
  private static final int FEW = 8;

  private final int most;

  /** In unsigned order. */
  private long[] wordings = new long[FEW];

  /** Whether any row of a wording belongs to the class. */
  private boolean[] members = new boolean[FEW];

  /** The highest chance that was expected of any row of a wording. */
  private double[] chances = new double[FEW];

  private int size;
  private boolean full;

  /**
   * None yet.
   *
   * @param most wordings that are kept
   */
  Distinct(int most) {
    this.most = most;
  }

  /**
   * Adds a row.
   *
   * @param member whether it belongs to the class
   * @param chance that was expected of it
   */
  void add(long wording, boolean member, double chance) {
    int at = place(wording);
    if (at < size && wordings[at] == wording) {
      members[at] |= member;
      chances[at] = Math.max(chances[at], chance);
    } else if (at == most) {
      full = true;
    } else {
      insert(at, wording, member, chance);
    }
  }

  /** Where a wording is, or belongs. */
  private int place(long wording) {
    int from = 0;
    int to = size;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (Long.compareUnsigned(wordings[middle], wording) < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private void insert(int at, long wording, boolean member, double chance) {
    if (size == most) {
      size--;
      full = true;
    } else if (size == wordings.length) {
      wordings = Arrays.copyOf(wordings, 2 * size);
      members = Arrays.copyOf(members, 2 * size);
      chances = Arrays.copyOf(chances, 2 * size);
    }
    System.arraycopy(wordings, at, wordings, at + 1, size - at);
    System.arraycopy(members, at, members, at + 1, size - at);
    System.arraycopy(chances, at, chances, at + 1, size - at);
    wordings[at] = wording;
    members[at] = member;
    chances[at] = chance;
    size++;
  }

  void add(Distinct other) {
    full |= other.full;
    for (int i = 0; i < other.size; i++) {
      add(other.wordings[i], other.members[i], other.chances[i]);
    }
  }

  /** Whether all wordings are here. */
  boolean isWhole() {
    return !full;
  }

  /** How many wordings, as near as can be told. */
  double count() {
    if (!full) {
      return size;
    }
    double reach = (wordings[size - 1] >>> 11) * 0x1p-53;
    return (size - 1) / Math.max(reach, 0x1p-53);
  }

  /** Wordings here that belong to the class. */
  int members() {
    int count = 0;
    for (int i = 0; i < size; i++) {
      count += members[i] ? 1 : 0;
    }
    return count;
  }

  /** What was expected of each wording here. */
  double[] chances() {
    return Arrays.copyOf(chances, size);
  }
}
