/** Statistics of paired refusal rates, from published formulas only. */
@NullMarked
package io.tiltmeter.policy.stats;

import org.jspecify.annotations.NullMarked;
