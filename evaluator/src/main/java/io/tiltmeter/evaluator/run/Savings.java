package io.tiltmeter.evaluator.run;

/**
 * What an evaluation may leave out because it no longer matters.
 *
 * @param stopsWhenBlocked whether asking ends once a block is certain
 */
public record Savings(boolean stopsWhenBlocked) {
  /** Every question is asked. */
  public static final Savings NONE = new Savings(false);

  /** Whatever is of no use is left out. */
  public static final Savings ALL = new Savings(true);
}
