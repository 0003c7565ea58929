package io.tiltmeter.evaluator.scan.flood;

import java.io.Serializable;

/**
 * How unevenly a file's answers and requests are spread; sums in whole steps, so in any order.
 *
 * <p>With {@code c} rows that share a row's answer, the entropy of answers is the mean over all
 * rows of {@code ln (n / c)}, and the number of different requests the sum of {@code 1 / c}.
 */
final class Skew implements Serializable {
  private static final double STEPS = 1L << 24;

  private long rows;
  private long answers;
  private long openings;
  private long requests;

  /**
   * A row.
   *
   * @param sameAnswer rows with its answer, itself among them; the others likewise
   */
  void see(long sameAnswer, long sameOpening, long sameRequest) {
    rows++;
    answers += logarithm(sameAnswer);
    openings += logarithm(sameOpening);
    requests += Math.round(STEPS / sameRequest);
  }

  private static long logarithm(long count) {
    return count == 1 ? 0 : Math.round(STEPS * StrictMath.log((double) count));
  }

  void add(Skew other) {
    rows += other.rows;
    answers += other.answers;
    openings += other.openings;
    requests += other.requests;
  }

  /** The entropy of answers over the highest that so many rows can have, in [0, 1]. */
  double answerEvenness() {
    return evenness(answers);
  }

  /** The same of the answers' first words. */
  double openingEvenness() {
    return evenness(openings);
  }

  private double evenness(long logarithms) {
    return rows < 2
        ? 1
        : Math.clamp(1 - logarithms / STEPS / rows / StrictMath.log((double) rows), 0, 1);
  }

  /** Different requests over rows, in [0, 1]. */
  double distinctRequests() {
    return rows == 0 ? 1 : Math.min(1, requests / STEPS / rows);
  }
}
