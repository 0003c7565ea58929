package io.tiltmeter.evaluator.run;

/** Hears how far an evaluation is. */
@FunctionalInterface
public interface EvaluationListener {

  /**
   * Called on the evaluation's thread after each answer.
   *
   * @param answered answers that are there, both sides counted
   * @param total answers that the whole run waits for; a block that is certain may end it before
   */
  void answered(int answered, int total);
}
