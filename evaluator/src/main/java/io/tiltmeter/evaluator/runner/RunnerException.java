package io.tiltmeter.evaluator.runner;

/** The model runner could not do what was asked; the message is one line that says why. */
public final class RunnerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunnerException(String message) {
    super(message);
  }

  public RunnerException(String message, Throwable cause) {
    super(message, cause);
  }
}
