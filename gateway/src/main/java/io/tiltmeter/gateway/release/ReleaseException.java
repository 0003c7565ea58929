package io.tiltmeter.gateway.release;

/** A model that must not go out, or whose copy is not what was pinned. */
final class ReleaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReleaseException(String message) {
    super(message);
  }
}
