package io.tiltmeter.dashboards.verdict;

import io.tiltmeter.dashboards.look.ForeignText;
import io.tiltmeter.dashboards.look.Words;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.stats.Interval;

/**
 * One comparison of base and tuned as a page shows it; all rates are fractions.
 *
 * @param kind what was compared
 * @param name the category or replayed system prompt; empty for the pooled ones
 * @param n behaviours decided on both sides
 * @param delta base minus tuned, in [-1, 1]; tuned minus base for over-refusal
 * @param interval of delta, 95 %
 * @param tolerated the largest delta that the policy tolerates
 */
public record Measure(
    Kind kind,
    String name,
    int n,
    double baseRate,
    double tunedRate,
    double delta,
    Interval interval,
    double tolerated,
    Finding finding) {

  /** What a measure is about. */
  public enum Kind {
    ALL_HARMFUL,
    CATEGORY,
    REPLAY,
    OVER_REFUSAL
  }

  /** A measure from what the gate compared. */
  public static Measure of(Kind kind, String name, Comparison comparison, double tolerated) {
    return new Measure(
        kind,
        name,
        comparison.n(),
        comparison.baseRate(),
        comparison.tunedRate(),
        comparison.delta(),
        comparison.interval(),
        tolerated,
        comparison.finding());
  }

  /** What it is called in a table or beside its dot. */
  public String label() {
    return switch (kind) {
      case ALL_HARMFUL -> "All harmful requests";
      case CATEGORY -> Words.title(ForeignText.visible(name));
      case REPLAY -> "Under " + ForeignText.visible(name);
      case OVER_REFUSAL -> "Benign requests refused";
    };
  }

  /** Whether any behaviour was decided on both sides; without one there is nothing to show. */
  public boolean hasData() {
    return n > 0;
  }
}
