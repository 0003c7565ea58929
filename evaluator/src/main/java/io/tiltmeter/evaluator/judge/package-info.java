/** Deciding what a model's answer is, by rules and without a model: level L1 of the cascade. */
@NullMarked
package io.tiltmeter.evaluator.judge;

import org.jspecify.annotations.NullMarked;
