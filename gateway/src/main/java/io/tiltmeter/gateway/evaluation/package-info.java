/** Running base and tuned model on a job's probes, and deciding on it. */
@NullMarked
package io.tiltmeter.gateway.evaluation;

import org.jspecify.annotations.NullMarked;
