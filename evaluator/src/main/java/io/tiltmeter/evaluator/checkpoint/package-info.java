/** Model directories in Hugging Face layout: read, checked, never executed. */
@NullMarked
package io.tiltmeter.evaluator.checkpoint;

import org.jspecify.annotations.NullMarked;
