package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.runner.ScoringSource;

/** Whether pairs of refusals that are sure before they are written may stay unwritten: level L0. */
public sealed interface Screening {

  /** Every question is answered by both sides. */
  Screening NONE = new NotWanted();

  /** Nobody asked for it. */
  record NotWanted() implements Screening {}

  /**
   * It was asked for, and cannot be.
   *
   * @param reason for people
   */
  record Impossible(String reason) implements Screening {}

  /**
   * It may.
   *
   * @param models the same that answer; both sides have to say how likely they find a beginning
   */
  record By(ScoringSource models) implements Screening {}
}
