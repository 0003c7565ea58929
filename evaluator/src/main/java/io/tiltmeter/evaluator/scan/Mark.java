package io.tiltmeter.evaluator.scan;

/**
 * How far a pass over a file is.
 *
 * @param pass from 1
 * @param place before which every row was seen
 * @param seen what was seen of them
 */
record Mark(int pass, Place place, Seen seen) {}
