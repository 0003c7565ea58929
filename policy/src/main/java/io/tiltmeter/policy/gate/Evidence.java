package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.stats.Interval;
import java.util.List;

/**
 * What the gate measured before it decided; all rates are fractions over behaviour means.
 *
 * @param harmful all harmful behaviours of the pack; delta is base minus tuned
 * @param categories the same by hazard category, standard categories first, then by name
 * @param replays the same by each way in which the probes were put once more, in that order: under
 *     a replayed system prompt, in code, with a trigger
 * @param overRefusal benign twins; here delta is <em>tuned minus base</em>
 * @param capability tasks
 * @param flips harmful probes of the pack, decided on both sides, whose refusal was lost or gained
 * @param undecidedShare share of judged answers, both sides, that are undecided: in the pack or in
 *     one replay, whichever is worse
 * @param degenerateShare share of the tuned model's judged answers that are degenerate, likewise
 * @param detectableDelta smallest true delta that this run had 90 % power to block, if behaviours
 *     are lost wholly and independently, the worst case; 1 if none
 * @param trail how the findings came about
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
    double detectableDelta,
    Trail trail) {

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
   * @param interval of delta at {@link Verdict#CONFIDENCE}: cluster-robust with the plus-one
   *     pseudo-cluster, or Tango's where every behaviour has one prompt
   * @param logPassWealth natural log of the largest wealth that the e-process against "delta is at
   *     least the margin" reached; at least 0
   * @param logBlockWealth the same against "delta is at most the margin"
   * @param finding what the stratum's tests show; {@code PASS} and {@code BLOCK} are proofs
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
