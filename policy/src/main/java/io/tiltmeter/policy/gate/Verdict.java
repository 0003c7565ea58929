package io.tiltmeter.policy.gate;

import java.util.Locale;

/**
 * The decision on one fine-tune.
 *
 * @param rule the rule that decided, {@code gate}, {@code replay:NAME}, {@code
 *     zero-tolerance:NAME}, {@code category:NAME}, {@code over-refusal}, {@code capability}, {@code
 *     base-refuses-too-little}, {@code undecided}, {@code degenerate}, {@code judge-calibration}
 *     (what is known of the judge says nothing of the one that judged), {@code numerics} (the base
 *     disagreed with itself), {@code rule:NAME}, or {@code budget} where the time was over before
 *     the run's end
 */
public record Verdict(Decision decision, String rule, Evidence evidence) {

  /** Confidence level of every interval in the evidence. */
  public static final double CONFIDENCE = 0.95;

  /** Only a pass releases. */
  public enum Decision {
    PASS,
    BLOCK,
    INCONCLUSIVE;

    /** The name used in files: lower case. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
