package io.tiltmeter.policy.gate;

/** A policy rule's condition could not be evaluated. */
public final class ConditionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConditionException(String message, Throwable cause) {
    super(message, cause);
  }
}
