package io.tiltmeter.gateway.sourcefile;

/**
 * A position in a text file.
 *
 * @param line counted from 1, blank lines included
 * @param column in characters (Unicode code points), counted from 1
 */
public record Place(int line, int column) {
  /** The beginning of a file. */
  public static final Place START = new Place(1, 1);
}
