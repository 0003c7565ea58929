package io.tiltmeter.evaluator.run;

/**
 * What an evaluation may leave out because it no longer matters.
 *
 * @param stopsWhenBlocked whether asking ends once a block is certain
 * @param cutsAnswers whether an answer ends once its label is not expected to change; tasks, and
 *     probes of zero-tolerance categories, are answered whole
 */
public record Savings(boolean stopsWhenBlocked, boolean cutsAnswers) {
  /** Every question is asked and answered whole. */
  public static final Savings NONE = new Savings(false, false);

  /** Whatever is of no use is left out. */
  public static final Savings ALL = new Savings(true, true);
}
