package io.tiltmeter.gateway.work;

/**
 * The lease went to somebody else, or its subject no longer wants this work; nothing was written.
 */
public final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LeaseLostException(String message) {
    super(message);
  }
}
