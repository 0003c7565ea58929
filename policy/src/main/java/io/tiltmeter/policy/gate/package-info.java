/** The policy and the gate: from judged answers to a verdict. */
@NullMarked
package io.tiltmeter.policy.gate;

import org.jspecify.annotations.NullMarked;
