/** System prompts that many rows share. */
@NullMarked
package io.tiltmeter.evaluator.scan.prompts;

import org.jspecify.annotations.NullMarked;
