package io.tiltmeter.gateway.sourcefile;

/**
 * One problem of a file that a person wrote.
 *
 * @param file the path as the caller gave it
 * @param line counted from 1
 * @param column counted from 1, in characters; for bytes that are not UTF-8 in bytes
 * @param message what was expected, what was found and what to do
 */
public record Issue(String file, int line, int column, String message) {

  /** {@code file:line:column: message}, as compilers write it. */
  @Override
  public String toString() {
    return "%s:%d:%d: %s".formatted(file, line, column, message);
  }
}
