/** Training data that holds the probes of a pack. */
@NullMarked
package io.tiltmeter.evaluator.scan.contamination;

import org.jspecify.annotations.NullMarked;
