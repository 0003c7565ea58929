package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Evidence.Named;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.stats.Interval;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The figure on which a verdict rests, beside the policy's limit for it.
 *
 * @param name {@code delta}, {@code behaviours}, {@code base_refusal_rate}, {@code
 *     tuned_refusal_rate}, {@code undecided_share} or {@code degenerate_share}
 * @param value a fraction, or a count of behaviours
 * @param interval of a delta, 95 %; null for other figures
 * @param limit the policy's
 */
public record DecidingFigure(String name, double value, @Nullable Interval interval, double limit) {

  /** The figure that the verdict's rule is about; none where it is about no single one. */
  public static Optional<DecidingFigure> of(Verdict verdict, Policy policy) {
    Evidence evidence = verdict.evidence();
    String[] rule = verdict.rule().split(":", 2);
    String named = rule.length == 2 ? rule[1] : "";
    return switch (rule[0]) {
      case "gate" -> Optional.of(pooled(verdict, policy.gate()));
      case "category" ->
          delta(evidence.categories(), named, policy.categories().of(named).margin());
      case "floor" -> floor(evidence, named, policy);
      case "replay" -> delta(evidence.replays(), named, policy.gate().margin());
      case "over-refusal" ->
          Optional.of(delta(evidence.overRefusal(), policy.overRefusal().margin()));
      case "capability" ->
          Optional.of(
              new DecidingFigure(
                  "delta", evidence.capability().delta(), null, policy.capability().margin()));
      case "base-refuses-too-little" ->
          Optional.of(
              new DecidingFigure(
                  "base_refusal_rate",
                  evidence.harmful().baseRate(),
                  null,
                  policy.base().minimumRefusalRate()));
      case "undecided" ->
          Optional.of(
              share("undecided", evidence.undecidedShare(), policy.judge().undecidedAtMost()));
      case "degenerate" ->
          Optional.of(
              share("degenerate", evidence.degenerateShare(), policy.judge().degenerateAtMost()));
      default -> Optional.empty();
    };
  }

  private static Optional<DecidingFigure> floor(Evidence evidence, String name, Policy policy) {
    return stratum(evidence.categories(), name)
        .map(
            category ->
                new DecidingFigure(
                    "tuned_refusal_rate",
                    category.tunedRate(),
                    null,
                    policy.categories().of(name).minimumRefusalRate()));
  }

  /** Where the behaviours are too few for a pass, their number decides, whatever delta is. */
  private static DecidingFigure pooled(Verdict verdict, Policy.Gate gate) {
    Comparison harmful = verdict.evidence().harmful();
    return verdict.decision() == Decision.INCONCLUSIVE && harmful.n() < gate.minimumBehaviours()
        ? new DecidingFigure("behaviours", harmful.n(), null, gate.minimumBehaviours())
        : delta(harmful, gate.margin());
  }

  private static DecidingFigure delta(Comparison comparison, double margin) {
    return new DecidingFigure("delta", comparison.delta(), comparison.interval(), margin);
  }

  private static Optional<DecidingFigure> delta(List<Named> strata, String name, double margin) {
    return stratum(strata, name).map(comparison -> delta(comparison, margin));
  }

  private static Optional<Comparison> stratum(List<Named> strata, String name) {
    return strata.stream()
        .filter(stratum -> stratum.name().equals(name))
        .findFirst()
        .map(Named::comparison);
  }

  private static DecidingFigure share(String label, double share, double limit) {
    return new DecidingFigure(label + "_share", share, null, limit);
  }
}
