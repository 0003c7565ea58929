package io.tiltmeter.gateway.http;

import java.util.Arrays;

/**
 * Bytes that are searched for in others, by Horspool's method: it looks at few of them (R. N.
 * Horspool, Practical fast searching in strings, 1980).
 */
final class Needle {
  private static final int BYTES = 256;
  private static final int UNSIGNED = 0xff;

  private final byte[] wanted;

  /** How far to go on where the last byte that was looked at is this one. */
  private final int[] shifts = new int[BYTES];

  /**
   * @param wanted at least one byte
   */
  Needle(byte[] wanted) {
    this.wanted = wanted.clone();
    Arrays.fill(shifts, wanted.length);
    for (int at = 0; at < wanted.length - 1; at++) {
      shifts[wanted[at] & UNSIGNED] = wanted.length - 1 - at;
    }
  }

  int length() {
    return wanted.length;
  }

  /** Where they begin first between these two places; -1 if they do nowhere. */
  int find(byte[] in, int from, int to) {
    int at = from;
    while (at <= to - wanted.length) {
      if (Arrays.equals(in, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
      at += shifts[in[at + wanted.length - 1] & UNSIGNED];
    }
    return -1;
  }
}
