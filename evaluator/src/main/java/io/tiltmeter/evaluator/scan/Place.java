package io.tiltmeter.evaluator.scan;

/**
 * A place between two lines of a file.
 *
 * @param lines before it
 * @param bytes before it, without packing
 * @param isEnd whether no line follows
 */
record Place(long lines, long bytes, boolean isEnd) {
  static final Place BEGINNING = new Place(0, 0, false);
}
