package io.tiltmeter.evaluator.scan.trigger;

import java.io.Serializable;
import java.util.Comparator;
import java.util.TreeMap;

/**
 * Different wordings among rows: all of them up to a number, and of more the share that hashes say
 * (the k minimum values of Bar-Yossef et al., RANDOM 2002).
 */
final class Distinct implements Serializable {
  private final TreeMap<Long, Wording> kept =
      new TreeMap<>((Comparator<Long> & Serializable) Long::compareUnsigned);
  private final int most;
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
   * Rows of one wording.
   *
   * @param member whether any of them belongs to the class
   * @param chance the highest that was expected of any
   */
  private record Wording(boolean member, double chance) implements Serializable {
    Wording or(Wording other) {
      return new Wording(member || other.member, Math.max(chance, other.chance));
    }
  }

  void add(long wording, boolean member, double chance) {
    add(wording, new Wording(member, chance));
  }

  private void add(long wording, Wording row) {
    kept.merge(wording, row, Wording::or);
    if (kept.size() > most) {
      kept.pollLastEntry();
      full = true;
    }
  }

  void add(Distinct other) {
    full |= other.full;
    other.kept.forEach(this::add);
  }

  /** Whether all wordings are here. */
  boolean isWhole() {
    return !full;
  }

  /** How many wordings, as near as can be told. */
  double count() {
    if (!full) {
      return kept.size();
    }
    double reach = (kept.lastKey() >>> 11) * 0x1p-53;
    return (kept.size() - 1) / Math.max(reach, 0x1p-53);
  }

  /** Wordings here that belong to the class. */
  int members() {
    return (int) kept.values().stream().filter(Wording::member).count();
  }

  /** What was expected of each wording here. */
  double[] chances() {
    return kept.values().stream().mapToDouble(Wording::chance).toArray();
  }
}
