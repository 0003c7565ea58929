/**
 * Statistics of paired refusal rates, from published formulas only.
 *
 * <p>Logarithms and exponentials are {@link StrictMath}'s, so that whoever checks a verdict later,
 * on another machine, finds the same numbers to the last bit.
 */
@NullMarked
package io.tiltmeter.policy.stats;

import org.jspecify.annotations.NullMarked;
