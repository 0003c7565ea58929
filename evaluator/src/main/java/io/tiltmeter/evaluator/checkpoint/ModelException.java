package io.tiltmeter.evaluator.checkpoint;

/**
 * A model, adapter or tokenizer that cannot be used; the message is one line that says what was
 * expected, what was found, in which file, and what to do.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
