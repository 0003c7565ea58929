package io.tiltmeter.evaluator.scan;

/**
 * A 64-bit fingerprint of which near copies of a text differ in few bits: M. S. Charikar,
 * "Similarity estimation techniques from rounding algorithms", STOC 2002.
 */
final class SimHash implements Words.Sink {
  private final int[] votes = new int[Long.SIZE];
  private long before;

  private SimHash() {}

  /** The fingerprint over pairs of words. */
  static long of(String text) {
    var hash = new SimHash();
    Words.walk(text, hash);
    long fingerprint = 0;
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if (hash.votes[bit] > 0) {
        fingerprint |= 1L << bit;
      }
    }
    return fingerprint;
  }

  @Override
  public void word(String stem) {
    long own = mix(stem.hashCode());
    vote(own);
    vote(mix(before * 31 + own));
    before = own;
  }

  @Override
  public void sentenceEnd() {}

  private void vote(long hash) {
    for (int bit = 0; bit < Long.SIZE; bit++) {
      votes[bit] += (hash >>> bit & 1) == 1 ? 1 : -1;
    }
  }

  /** The finaliser of SplitMix64: Steele, Lea and Flood, OOPSLA 2014. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
