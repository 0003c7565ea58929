/** A verdict on the wire. */
@NullMarked
package io.tiltmeter.gateway.verdict;

import org.jspecify.annotations.NullMarked;
