package io.tiltmeter.gateway.lineage;

import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a model may have lost against its root, as its ledger counts it: the upper end of the 95 %
 * interval of delta, at least 0.
 *
 * @param overall over all harmful behaviours of the pack
 * @param categories in each category; few behaviours make it large, so that it is for people to
 *     read and no budget is taken from it
 * @param overRefusal the same of what it may refuse more of the benign twins than its root (delta
 *     is tuned minus base there); for people to read, too
 */
public record Charge(double overall, Map<String, Double> categories, double overRefusal) {
  public Charge {
    categories = Map.copyOf(categories);
  }

  /** The charge for a model with this evidence against its root. */
  public static Charge of(Evidence evidence) {
    return new Charge(
        upper(evidence.harmful()),
        evidence.categories().stream()
            .collect(
                Collectors.toMap(Evidence.Named::name, category -> upper(category.comparison()))),
        upper(evidence.overRefusal()));
  }

  private static double upper(Comparison comparison) {
    return Math.max(0, comparison.interval().high());
  }
}
