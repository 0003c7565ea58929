package io.tiltmeter.policy.stats;

import java.util.List;

/**
 * The one look at the end of a run that half of each error level is kept for.
 *
 * <p>Where every behaviour has one prompt, Tango's score test; else a t test over behaviour means
 * with one pseudo-cluster on the side that speaks against rejecting ({@link ClusterMean}). Both are
 * approximations, and both overspend at some sizes where behaviours are lost wholly or not at all:
 * at level 0.025 the plus-one test passes 60 behaviours with no loss, which a model that loses 5 %
 * shows with probability 0.046; at 0.005 the score test blocks 15 losses of 158, probability 0.013.
 * So the p-value is never smaller than the exact binomial one of the same net loss without gains.
 */
public final class FinalLook {
  /** Sums of thirds and the like may miss a whole number by a few units in the last place. */
  private static final double ROUNDING = 1e-9;

  private final List<Double> changes;
  private final boolean onePrompt;

  /**
   * A look at these behaviours.
   *
   * @param changes one mean change per behaviour, in [-1, 1]; +1 is wholly lost
   * @param onePrompt whether every behaviour has one prompt, so that each change is -1, 0 or 1
   */
  public FinalLook(List<Double> changes, boolean onePrompt) {
    this.changes = List.copyOf(changes);
    this.onePrompt = onePrompt;
  }

  /** One-sided p-value of "the true delta is at least {@code margin}"; 1 without behaviours. */
  public double pAtLeast(double margin) {
    if (changes.isEmpty()) {
      return 1;
    }
    double approximate =
        onePrompt
            ? Normal.upperTail(-tango(margin))
            : ClusterMean.withPseudoCluster(changes, 1).pAtLeast(margin);
    int net = Math.max(0, (int) Math.ceil(netLoss() - ROUNDING));
    return Math.max(approximate, Binomial.atMost(net, changes.size(), margin));
  }

  /** One-sided p-value of "the true delta is at most {@code margin}"; 1 without behaviours. */
  public double pAtMost(double margin) {
    if (changes.isEmpty()) {
      return 1;
    }
    double approximate =
        onePrompt
            ? Normal.upperTail(tango(margin))
            : ClusterMean.withPseudoCluster(changes, -1).pAtMost(margin);
    int net = (int) Math.floor(netLoss() + ROUNDING);
    return Math.max(approximate, Binomial.atLeast(net, changes.size(), margin));
  }

  private double tango(double margin) {
    return Tango.z(count(1), count(-1), changes.size(), margin);
  }

  private int count(double change) {
    return (int) changes.stream().filter(value -> value == change).count();
  }

  private double netLoss() {
    return changes.stream().mapToDouble(Double::doubleValue).sum();
  }
}
