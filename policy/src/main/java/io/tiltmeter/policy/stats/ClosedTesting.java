package io.tiltmeter.policy.stats;

import java.util.List;

/**
 * Closed testing with averaged e-values: the average of e-values is an e-value under any dependence
 * (V. Vovk, R. Wang, Annals of Statistics 49 (2021) 1736-1754), so rejecting a hypothesis when
 * every set that contains it has an average of at least 1/alpha keeps the family's error at alpha.
 */
public final class ClosedTesting {
  private ClosedTesting() {}

  /**
   * The adjusted e-values, in the order given: for each the smallest average over all sets that
   * contain it. The worst set takes the smallest others, so only as many sets as there are
   * hypotheses need a look.
   */
  public static List<Double> adjusted(List<Double> eValues) {
    List<Double> ascending = eValues.stream().sorted().toList();
    return eValues.stream().map(own -> smallestAverage(own, ascending)).toList();
  }

  private static double smallestAverage(double own, List<Double> ascending) {
    double smallest = own;
    double sum = own;
    int size = 1;
    for (double other : ascending) {
      // From its own value on, others can only raise the average.
      if (other >= own) {
        break;
      }
      sum += other;
      size++;
      smallest = Math.min(smallest, sum / size);
    }
    return smallest;
  }
}
