package io.tiltmeter.gateway.attestation;

/** A key that cannot be used; the message is one line that says what to do and no key material. */
public final class KeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyException(String message) {
    super(message);
  }

  KeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
