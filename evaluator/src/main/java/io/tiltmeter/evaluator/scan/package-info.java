/** The scan of a training file: format, line by line, and the detectors of attacks in its text. */
@NullMarked
package io.tiltmeter.evaluator.scan;

import org.jspecify.annotations.NullMarked;
