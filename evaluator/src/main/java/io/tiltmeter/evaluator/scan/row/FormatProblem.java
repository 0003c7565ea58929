package io.tiltmeter.evaluator.scan.row;

import java.io.Serializable;

/**
 * Why a line of a training file cannot be trained on.
 *
 * @param line number of the line, from 1; 0 where the whole file is meant
 * @param message what was expected and found; never text of the row
 */
public record FormatProblem(long line, String message) implements Serializable {}
