package io.tiltmeter.evaluator.scan.contamination;

import io.tiltmeter.policy.lineage.Digest;

/**
 * How much of a pack a training file holds.
 *
 * @param pack its digest
 * @param probes how many of its probes, at least 1
 */
public record PackMatch(Digest pack, int probes) {
  /** A few probes are in any large file that is about the same things. */
  static final int REVIEW_FROM = 3;

  /** Whether so many are no accident. */
  public boolean isForReview() {
    return probes >= REVIEW_FROM;
  }
}
