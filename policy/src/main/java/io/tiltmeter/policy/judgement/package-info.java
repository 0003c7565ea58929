/** Judgements: what a judge made of one answer. */
@NullMarked
package io.tiltmeter.policy.judgement;

import org.jspecify.annotations.NullMarked;
