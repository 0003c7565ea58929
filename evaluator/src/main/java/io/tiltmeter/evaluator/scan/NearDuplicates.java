package io.tiltmeter.evaluator.scan;

import java.util.Arrays;

/** Counts texts by wording, near copies together; at most 1,024 wordings are told apart. */
final class NearDuplicates {
  private static final int MAX_GROUPS = 1024;

  /** Of 64 bits: unrelated texts differ in about 32. */
  private static final int NEAR = 12;

  private final long[] fingerprints = new long[MAX_GROUPS];
  private final long[] counts = new long[MAX_GROUPS];
  private int groups;

  void add(long fingerprint) {
    for (int group = 0; group < groups; group++) {
      if (Long.bitCount(fingerprints[group] ^ fingerprint) <= NEAR) {
        counts[group]++;
        return;
      }
    }
    if (groups < MAX_GROUPS) {
      fingerprints[groups] = fingerprint;
      counts[groups++] = 1;
    }
  }

  int groups() {
    return groups;
  }

  /** How many texts have the most frequent wording. */
  long largest() {
    return Arrays.stream(counts).max().orElse(0);
  }
}
