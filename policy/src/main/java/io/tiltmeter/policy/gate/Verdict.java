package io.tiltmeter.policy.gate;

import java.util.Locale;
import java.util.Optional;

/**
 * The decision on one fine-tune.
 *
 * @param rule the rule that decided, {@code gate}, {@code replay:NAME}, {@code
 *     zero-tolerance:NAME}, {@code category:NAME}, {@code over-refusal}, {@code capability}, {@code
 *     base-refuses-too-little}, {@code undecided}, {@code degenerate}, {@code judge-calibration}
 *     (what is known of the judge says nothing of these labels, {@link Expiry}), {@code numerics}
 *     (the base disagreed with itself), {@code rule:NAME}, {@code floor:NAME} (the tuned model
 *     itself refuses too little there), {@code edge:RULE} (the step from the parent of a
 *     descendant), {@code ancestor:zero-tolerance:NAME} (an ancestor other than the root refused
 *     it), {@code untried:NAME} or {@code contamination} (what a scan of the training data found
 *     and the run could not try, or found of the run's own probes), or {@code budget} where the
 *     time was over before the run's end
 */
public record Verdict(Decision decision, String rule, Evidence evidence) {

  /** Confidence level of every interval in the evidence. */
  public static final double CONFIDENCE = 0.95;

  /**
   * How it would probably end if more was asked; empty unless it is open for want of evidence,
   * since no number of probes helps against anything else.
   */
  public Optional<Outlook> outlook() {
    Trail trail = evidence.trail();
    boolean forWantOfEvidence =
        decision == Decision.INCONCLUSIVE
            && trail.open().stream().anyMatch(open -> open.rule().equals(rule));
    return forWantOfEvidence ? Optional.of(trail.outlook()) : Optional.empty();
  }

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
