package io.tiltmeter.gateway.hub;

/** A model could not be fetched; the message is one line, without secrets, that says what to do. */
public final class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  HubException(String message) {
    super(message);
  }

  HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
