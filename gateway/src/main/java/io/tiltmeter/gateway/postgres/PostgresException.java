package io.tiltmeter.gateway.postgres;

/** The embedded database could not do what was asked; the message is one line that says why. */
public final class PostgresException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PostgresException(String message) {
    super(message);
  }

  PostgresException(String message, Throwable cause) {
    super(message, cause);
  }
}
