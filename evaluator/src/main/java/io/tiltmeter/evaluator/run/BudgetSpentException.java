package io.tiltmeter.evaluator.run;

/** The time that an evaluation was allowed is over; answers that came before stay valid. */
public final class BudgetSpentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BudgetSpentException() {
    super("the time allowed for the evaluation is over");
  }
}
