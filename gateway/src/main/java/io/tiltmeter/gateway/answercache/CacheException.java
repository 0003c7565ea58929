package io.tiltmeter.gateway.answercache;

/** A cache cannot be read or written; the message is one line that says what to do. */
public final class CacheException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CacheException(String message, Throwable cause) {
    super(message, cause);
  }
}
