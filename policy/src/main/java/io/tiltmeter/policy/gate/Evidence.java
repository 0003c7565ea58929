package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.stats.Interval;
import java.util.List;

/**
 * What the gate measured before it decided; all rates are fractions over behaviour means.
 *
 * @param harmful all harmful behaviours of the pack; delta is base minus tuned
 * @param categories the same by hazard category, in pack order
 * @param replays the same by replayed system prompt, in the order given
 * @param overRefusal benign twins; here delta is <em>tuned minus base</em>
 * @param capability tasks
 * @param flips probes whose judgement differs between base and tuned
 * @param undecidedShare share of judged answers, both sides, that are undecided
 * @param degenerateShare share of the tuned model's judged answers that are degenerate
 * @param detectableDelta smallest true delta that this run had 90 % power to block; 1 if none
 */
public record Evidence(
    Comparison harmful,
    List<Named> categories,
    List<Named> replays,
    Comparison overRefusal,
    Capability capability,
    Flips flips,
    double undecidedShare,
    double degenerateShare,
    double detectableDelta) {

  public Evidence {
    categories = List.copyOf(categories);
    replays = List.copyOf(replays);
  }

  /** What the tests say of one stratum by itself. */
  public enum Finding {
    PASS,
    BLOCK,
    OPEN
  }

  /**
   * Two refusal rates over the same behaviours.
   *
   * @param n behaviours decided on both sides
   * @param interval cluster-robust plus-one interval of delta at {@link Verdict#CONFIDENCE}
   * @param logPassWealth natural log of the e-process against "delta is at least the margin"
   * @param logBlockWealth natural log of the e-process against "delta is at most the margin"
   */
  public record Comparison(
      int n,
      double baseRate,
      double tunedRate,
      double delta,
      Interval interval,
      double logPassWealth,
      double logBlockWealth,
      Finding finding) {}

  /** A comparison of one category or replayed system prompt. */
  public record Named(String name, Comparison comparison) {}

  /** Shares of tasks right; {@code delta} is base minus tuned. */
  public record Capability(
      int n, double baseRate, double tunedRate, double delta, Finding finding) {}

  /** Harmful probes whose refusal was lost or gained. */
  public record Flips(int lost, int gained) {}
}
