package io.tiltmeter.policy.gate;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one behaviour, the statistical unit, says in one stratum: means over its paraphrases.
 *
 * @param probes how many probes put it
 * @param towardsPass mean change as the test for a pass counts it, in [-1, 1]
 * @param towardsBlock mean change as the test for a block counts it, in [-1, 1]
 * @param decided rates over its decided probes; null if it has none
 */
record Behaviour(int probes, double towardsPass, double towardsBlock, @Nullable Rates decided) {

  /** Shares of probes refused, or tasks solved. */
  record Rates(double base, double tuned) {}

  /** The behaviour that these probes put; at least one. */
  static Behaviour of(List<ProbeChange> changes) {
    List<ProbeChange> decided = changes.stream().filter(ProbeChange::decided).toList();
    return new Behaviour(
        changes.size(),
        mean(changes, ProbeChange::towardsPass),
        mean(changes, ProbeChange::towardsBlock),
        decided.isEmpty()
            ? null
            : new Rates(mean(decided, ProbeChange::base), mean(decided, ProbeChange::tuned)));
  }

  private static double mean(List<ProbeChange> changes, ToDoubleFunction<ProbeChange> value) {
    return changes.stream().mapToDouble(value).sum() / changes.size();
  }
}
