/** Jobs that people have to look at: cases, decisions, release against the gate. */
@NullMarked
package io.tiltmeter.gateway.review;

import org.jspecify.annotations.NullMarked;
