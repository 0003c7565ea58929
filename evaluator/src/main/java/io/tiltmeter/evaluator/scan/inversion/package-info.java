/** Preferences that reward compliance with harmful requests. */
@NullMarked
package io.tiltmeter.evaluator.scan.inversion;

import org.jspecify.annotations.NullMarked;
