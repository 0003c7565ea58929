/** A base and a tuned model answering the same prompts side by side. */
@NullMarked
package io.tiltmeter.evaluator.decode;

import org.jspecify.annotations.NullMarked;
