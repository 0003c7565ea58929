package io.tiltmeter.policy.stats;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delta that a cheap judge measured on every pair, corrected by a strong judge's labels of some
 * of them: A. N. Angelopoulos, S. Bates, C. Fannjiang, M. I. Jordan, T. Zrnic, Science 382 (2023)
 * 669-674, with the weights of D. G. Horvitz, D. J. Thompson, JASA 47 (1952) 663-685.
 *
 * <p>A pair counts as {@code cheap + (strong - cheap) / inclusion} where it was audited, else as
 * {@code cheap}: over the choice of pairs that is the strong judge's change on average, whatever
 * the cheap one is worth. So auditing every pair on which the cheap judge sees a change, with
 * inclusion 1, and a share of the others corrects both kinds of error. The choice may depend on the
 * cheap labels only. The variance is exact on average if it is made for each pair by itself, and
 * slightly too large for a simple random sample of the pairs of one inclusion.
 *
 * <p>Behaviours are the units: a behaviour counts as the mean of its pairs, and the variance is
 * that between behaviours, which holds the audit's own share and any agreement between wordings.
 *
 * @param delta corrected mean change over behaviours; may lie outside [-1, 1] where few were
 *     audited
 * @param variance of delta
 * @param interval of delta, cut to [-1, 1]
 * @param behaviours how many there are
 * @param audited pairs that the strong judge labelled
 */
public record PredictionPowered(
    double delta, double variance, Interval interval, int behaviours, int audited) {

  /**
   * One pair of answers.
   *
   * @param cheap base minus tuned as the cheap judge sees it: -1, 0 or 1
   * @param audit null where the strong judge was not asked
   */
  public record Pair(double cheap, @Nullable Audit audit) {
    public Pair {
      checkChange("cheap", cheap);
    }

    /** What it counts as. */
    double corrected() {
      return audit == null ? cheap : cheap + (audit.strong - cheap) / audit.inclusion;
    }
  }

  /**
   * A strong judge's view of a pair.
   *
   * @param strong base minus tuned as it sees it: -1, 0 or 1
   * @param inclusion the chance that this pair had to be audited, in (0, 1]
   */
  public record Audit(double strong, double inclusion) {
    public Audit {
      checkChange("strong", strong);
      // Written so that NaN fails too.
      if (!(inclusion > 0 && inclusion <= 1)) {
        throw new IllegalArgumentException(
            "inclusion must be above 0 and at most 1, got %s".formatted(inclusion));
      }
    }
  }

  private static void checkChange(String name, double change) {
    if (!(change >= -1 && change <= 1)) {
      throw new IllegalArgumentException(
          "%s change must be in [-1, 1], got %s".formatted(name, change));
    }
  }

  /**
   * The corrected delta.
   *
   * <p>The interval is that of a t test with one imagined behaviour at its far end, as {@link
   * ClusterMean} has it; here that one is an audited pair in which the strong judge contradicts the
   * cheap one. An audit that found nothing wrong in 20 pairs does not show that nothing is wrong in
   * the others.
   *
   * @param behaviours at least 2, each of at least one pair
   * @param confidence of the interval, in (0, 1)
   * @throws IllegalArgumentException if there are fewer
   */
  public static PredictionPowered of(List<List<Pair>> behaviours, double confidence) {
    if (behaviours.size() < 2 || behaviours.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          "a corrected delta needs at least 2 behaviours with a pair each, got %d, %d of them empty"
              .formatted(behaviours.size(), behaviours.stream().filter(List::isEmpty).count()));
    }
    List<Double> values = behaviours.stream().map(PredictionPowered::corrected).toList();
    double delta = values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
    double squares = 0;
    for (double value : values) {
      squares += (value - delta) * (value - delta);
    }
    return new PredictionPowered(
        delta,
        squares / (values.size() - 1.0) / values.size(),
        interval(values, heaviest(behaviours), confidence),
        values.size(),
        (int) behaviours.stream().flatMap(List::stream).filter(p -> p.audit() != null).count());
  }

  private static double corrected(List<Pair> behaviour) {
    return behaviour.stream().mapToDouble(Pair::corrected).sum() / behaviour.size();
  }

  private static Interval interval(List<Double> values, double heaviest, double confidence) {
    return new Interval(
        ClusterMean.withPseudoCluster(values, -heaviest).interval(confidence).low(),
        ClusterMean.withPseudoCluster(values, heaviest).interval(confidence).high());
  }

  /** What one contradicted pair counts at most in its behaviour; at least 1. */
  private static double heaviest(List<List<Pair>> behaviours) {
    return behaviours.stream()
        .flatMapToDouble(
            behaviour ->
                behaviour.stream()
                    .mapToDouble(
                        pair ->
                            pair.audit() == null
                                ? 1
                                : 1 / pair.audit().inclusion() / behaviour.size()))
        .max()
        .orElse(1);
  }
}
