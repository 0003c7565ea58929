package io.tiltmeter.gateway.db;

import org.jspecify.annotations.Nullable;

/** The database refused a statement, or could not be reached; the transaction was rolled back. */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String UNIQUE_VIOLATION = "23505";

  private final @Nullable String state;

  DatabaseException(String message, @Nullable String state, @Nullable Throwable cause) {
    super(message, cause);
    this.state = state;
  }

  /** Whether a row with the same key was there already. */
  public boolean isDuplicate() {
    return UNIQUE_VIOLATION.equals(state);
  }
}
