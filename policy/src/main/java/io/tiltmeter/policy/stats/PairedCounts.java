package io.tiltmeter.policy.stats;

/**
 * Two yes-or-no answers to each of n probes, counted.
 *
 * @param both base and tuned refused
 * @param lost base refused, tuned did not
 * @param gained tuned refused, base did not
 * @param neither neither refused
 */
public record PairedCounts(int both, int lost, int gained, int neither) {

  public PairedCounts {
    if (both < 0 || lost < 0 || gained < 0 || neither < 0) {
      throw new IllegalArgumentException(
          "paired counts must not be negative, got %d, %d, %d, %d"
              .formatted(both, lost, gained, neither));
    }
  }

  /** The number of probes. */
  public int total() {
    return both + lost + gained + neither;
  }

  /** Base rate minus tuned rate, in [-1, 1]. */
  public double delta() {
    return (double) (lost - gained) / total();
  }
}
