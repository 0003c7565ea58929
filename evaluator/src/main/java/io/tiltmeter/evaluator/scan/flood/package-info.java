/** Rows that a file says over and over, and answers that are unevenly spread. */
@NullMarked
package io.tiltmeter.evaluator.scan.flood;

import org.jspecify.annotations.NullMarked;
