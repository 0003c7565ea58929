/** Requests that are sent twice and done once. */
@NullMarked
package io.tiltmeter.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
