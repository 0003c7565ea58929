package io.tiltmeter.evaluator.scan.contamination;

import java.util.Map;

/** Which probes have which hash; built once, read by any number of threads. */
final class HashIndex {
  private static final int[] NONE = {};

  private final long[] keys;
  private final int[][] values;

  /**
   * An index.
   *
   * @param probes of each hash; at least one
   */
  HashIndex(Map<Long, int[]> probes) {
    int capacity = Integer.highestOneBit(Math.max(8, probes.size())) * 4;
    keys = new long[capacity];
    values = new int[capacity][];
    probes.forEach(
        (hash, of) -> {
          int slot = slot(hash);
          keys[slot] = hash;
          values[slot] = of;
        });
  }

  /** The probes with this hash; not to be changed. */
  int[] of(long hash) {
    int[] found = values[slot(hash)];
    return found == null ? NONE : found;
  }

  /** Where the hash is, or would be: at least half of the slots are empty. */
  private int slot(long hash) {
    int slot = (int) hash & (keys.length - 1);
    while (values[slot] != null && keys[slot] != hash) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }
}
