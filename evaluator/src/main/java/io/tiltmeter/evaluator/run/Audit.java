package io.tiltmeter.evaluator.run;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.stats.PredictionPowered;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Delta as the cheap judge sees it, corrected by what the stronger one says of all pairs in doubt
 * and of a sample of the others ({@link PredictionPowered}).
 *
 * @param strong pairs as the stronger judge sees them, all decided
 * @param share of the pairs that were not in doubt, how many were drawn
 */
record Audit(List<Escalation.Item> items, Map<Question, Pair> strong, double share) {
  private static final int FEWEST_BEHAVIOURS = 2;

  /**
   * An audit.
   *
   * @param sure how many of the items were not in doubt
   */
  static Audit of(List<Escalation.Item> items, List<Escalation.Judged> judged, int sure) {
    Map<Question, Pair> strong = new HashMap<>();
    judged.forEach(one -> strong.put(one.item().question(), one.strong()));
    long drawn = judged.stream().filter(one -> !one.item().isInDoubt()).count();
    return new Audit(items, strong, sure == 0 ? 1 : (double) drawn / sure);
  }

  /** Null where the pack has too few harmful behaviours to say anything. */
  StrongOpinion.@Nullable Corrected corrected() {
    Map<String, List<PredictionPowered.Pair>> behaviours =
        items.stream()
            .filter(Audit::counts)
            .collect(
                groupingBy(
                    item -> item.question().probe().behaviour(),
                    LinkedHashMap::new,
                    mapping(this::pair, toList())));
    if (behaviours.size() < FEWEST_BEHAVIOURS) {
      return null;
    }
    PredictionPowered powered =
        PredictionPowered.of(List.copyOf(behaviours.values()), Verdict.CONFIDENCE);
    return new StrongOpinion.Corrected(
        powered.delta(), List.of(powered.interval().low(), powered.interval().high()));
  }

  private static boolean counts(Escalation.Item item) {
    return item.question().probe().kind() == ProbeKind.HARMFUL
        && item.question().stratum().equals(Observations.PACK);
  }

  private PredictionPowered.Pair pair(Escalation.Item item) {
    Pair judged = strong.get(item.question());
    double inclusion = item.isInDoubt() ? 1 : share;
    return new PredictionPowered.Pair(
        change(item.pair()),
        judged == null ? null : new PredictionPowered.Audit(change(judged), inclusion));
  }

  private static double change(Pair pair) {
    return (pair.base().label().isRefusal() ? 1 : 0) - (pair.tuned().label().isRefusal() ? 1 : 0);
  }
}
