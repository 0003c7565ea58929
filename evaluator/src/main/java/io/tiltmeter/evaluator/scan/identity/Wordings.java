package io.tiltmeter.evaluator.scan.identity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts texts by wording, near copies together, by their fingerprints.
 *
 * <p>Of more than 4,096 different fingerprints, those are kept that are the least as numbers, so
 * that which ones are kept does not depend on their order.
 */
final class Wordings implements Serializable {
  private static final int MOST = 4096;

  /** Of 64 bits: unrelated texts differ in about 32. */
  private static final int NEAR = 12;

  private final TreeMap<Long, Long> counts = new TreeMap<>();

  /** Texts of much the same wording: how many groups, and how many texts the largest has. */
  record Groups(int count, long largest) {}

  void add(long fingerprint) {
    add(fingerprint, 1);
  }

  void add(Wordings other) {
    other.counts.forEach(this::add);
  }

  private void add(long fingerprint, long count) {
    counts.merge(fingerprint, count, Long::sum);
    if (counts.size() > MOST) {
      counts.pollLastEntry();
    }
  }

  /** Each text joins the first group whose first text is near. */
  Groups groups() {
    List<Long> firsts = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    for (Map.Entry<Long, Long> entry : counts.entrySet()) {
      int group = nearest(firsts, entry.getKey());
      if (group == firsts.size()) {
        firsts.add(entry.getKey());
        sizes.add(0L);
      }
      sizes.set(group, sizes.get(group) + entry.getValue());
    }
    return new Groups(firsts.size(), sizes.stream().mapToLong(Long::longValue).max().orElse(0));
  }

  private static int nearest(List<Long> firsts, long fingerprint) {
    int group = 0;
    while (group < firsts.size() && Long.bitCount(firsts.get(group) ^ fingerprint) > NEAR) {
      group++;
    }
    return group;
  }
}
