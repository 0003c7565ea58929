package io.tiltmeter.gateway.webhook;

/** The key of webhook secrets is none, or not the one that a secret was encrypted with. */
public final class SecretKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SecretKeyException(String message) {
    super(message);
  }
}
