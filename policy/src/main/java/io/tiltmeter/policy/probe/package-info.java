/** Probes and probe packs: what both models are asked. */
@NullMarked
package io.tiltmeter.policy.probe;

import org.jspecify.annotations.NullMarked;
