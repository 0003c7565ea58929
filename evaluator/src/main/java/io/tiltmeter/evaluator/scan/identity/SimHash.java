package io.tiltmeter.evaluator.scan.identity;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.lexicon.Words;

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
    long own = Hash64.mix(stem.hashCode());
    vote(own);
    vote(Hash64.mix(before * 31 + own));
    before = own;
  }

  @Override
  public void sentenceEnd() {}

  private void vote(long hash) {
    for (int bit = 0; bit < Long.SIZE; bit++) {
      votes[bit] += (hash >>> bit & 1) == 1 ? 1 : -1;
    }
  }
}
