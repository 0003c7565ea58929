/** Rows of training files: how their lines are cut, decoded, checked and read. */
@NullMarked
package io.tiltmeter.evaluator.scan.row;

import org.jspecify.annotations.NullMarked;
