package io.tiltmeter.policy.stats;

import java.util.List;

/**
 * The mean over clusters (behaviours) with one pseudo-cluster added, and its standard error.
 *
 * <p>A sample in which nothing was lost has variance zero, and a plain t interval would then claim
 * certainty. One imagined cluster at the far end keeps the error honest: +1 where a small mean is
 * to be shown ("plus-one"), -1 where a large one is.
 *
 * @param mean over the clusters and the pseudo-cluster
 * @param standardError of that mean, cluster-robust because each cluster enters once
 * @param degrees degrees of freedom: the number of real clusters, at least 1
 */
public record ClusterMean(double mean, double standardError, int degrees) {

  public ClusterMean {
    if (degrees < 1) {
      throw new IllegalArgumentException("a cluster mean needs at least one cluster, got none");
    }
  }

  /** The clusters, each a mean in [-1, 1], and one pseudo-cluster of this value. */
  public static ClusterMean withPseudoCluster(List<Double> clusters, double pseudo) {
    int count = clusters.size() + 1;
    double mean = (sum(clusters) + pseudo) / count;
    double squares = (pseudo - mean) * (pseudo - mean);
    for (double value : clusters) {
      squares += (value - mean) * (value - mean);
    }
    return new ClusterMean(mean, Math.sqrt(squares / (count - 1.0) / count), clusters.size());
  }

  /** One-sided p-value of "the true mean is at least {@code margin}". */
  public double pAtLeast(double margin) {
    return StudentT.upperTail(-t(margin), degrees);
  }

  /** One-sided p-value of "the true mean is at most {@code margin}". */
  public double pAtMost(double margin) {
    return StudentT.upperTail(t(margin), degrees);
  }

  /** The two-sided t interval, cut to [-1, 1]. */
  public Interval interval(double confidence) {
    double t = StudentT.quantile(0.5 + 0.5 * Fractions.open("confidence", confidence), degrees);
    return new Interval(
        Math.max(-1, mean - t * standardError), Math.min(1, mean + t * standardError));
  }

  private double t(double margin) {
    return (mean - margin) / standardError;
  }

  private static double sum(List<Double> values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
