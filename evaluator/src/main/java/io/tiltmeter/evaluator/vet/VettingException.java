package io.tiltmeter.evaluator.vet;

/** Vetting itself failed, which says nothing about the artifact; nothing new is in the store. */
public final class VettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  VettingException(String message, Throwable cause) {
    super(message, cause);
  }

  VettingException(String message) {
    super(message);
  }
}
