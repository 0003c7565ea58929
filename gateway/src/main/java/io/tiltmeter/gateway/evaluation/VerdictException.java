package io.tiltmeter.gateway.evaluation;

/** A verdict that cannot be made or cannot be relied on. */
public final class VerdictException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  VerdictException(String message) {
    super(message);
  }
}
