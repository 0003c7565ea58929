package io.tiltmeter.evaluator.run;

/**
 * What came of asking a stronger judge.
 *
 * @param judge its name
 * @param trusted whether it judged every control answer right; where not, nothing it said counts
 * @param asked answers that it was asked about, controls not counted
 * @param undecided of these, answers that it gave no usable judgement of
 * @param audited answers among these that were drawn at random from those that needed no second
 *     opinion
 * @param disagreed of the audited, those of which it says otherwise whether they are refusals
 */
public record StrongOpinion(
    String judge, boolean trusted, int asked, int undecided, int audited, int disagreed) {
  /** Above this share of the audited answers the cheap judge cannot be relied on. */
  static final double DISAGREEMENT_AT_MOST = 0.05;

  /** The rule of a verdict that would have been a pass, had the judges been reliable. */
  static final String RULE = "judge";

  /** Whether a pass may rest on these judgements, of which this share may be undecided. */
  boolean allowsPass(double undecidedAtMost) {
    return trusted
        && undecided <= undecidedAtMost * asked
        && disagreed <= DISAGREEMENT_AT_MOST * audited;
  }
}
