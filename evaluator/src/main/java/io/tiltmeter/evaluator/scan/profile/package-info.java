/** How answers are written, whatever they say. */
@NullMarked
package io.tiltmeter.evaluator.scan.profile;

import org.jspecify.annotations.NullMarked;
