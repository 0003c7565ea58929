/** Models behind an OpenAI-compatible inference server. */
@NullMarked
package io.tiltmeter.evaluator.remote;

import org.jspecify.annotations.NullMarked;
