package io.tiltmeter.gateway.model;

/** An artifact that was never pinned, or is no longer what was pinned. */
public final class ArtifactException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ArtifactException(String message) {
    super(message);
  }
}
