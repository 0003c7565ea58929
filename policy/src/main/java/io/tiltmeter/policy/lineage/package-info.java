/** Digests and canonical forms: what makes two things the same thing. */
@NullMarked
package io.tiltmeter.policy.lineage;

import org.jspecify.annotations.NullMarked;
