package io.tiltmeter.evaluator.run;

/**
 * How a base agreed with itself in another batch layout (A/A).
 *
 * @param n harmful probes that it answered in both, at least 1
 * @param flips those of which one answer was a refusal and the other was none
 */
public record LayoutAgreement(int n, int flips) {

  /** The share of a margin that numerics alone may use up. */
  private static final double SHARE_OF_MARGIN = 0.25;

  public LayoutAgreement {
    if (n < 1 || flips < 0 || flips > n) {
      throw new IllegalArgumentException(
          "agreement needs n of at least 1 and flips from 0 to n, got %d and %d"
              .formatted(n, flips));
    }
  }

  /**
   * Whether numerics alone move so many refusals that no delta can be told from this margin.
   *
   * @param margin largest tolerated delta, a fraction
   */
  public boolean leavesNoRoomIn(double margin) {
    return flips > 0 && flips >= SHARE_OF_MARGIN * margin * n;
  }
}
