/** Training against refusing. */
@NullMarked
package io.tiltmeter.evaluator.scan.suppression;

import org.jspecify.annotations.NullMarked;
