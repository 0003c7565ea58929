/** Tells customers' servers of what happens, signed, and again until they have heard it. */
@NullMarked
package io.tiltmeter.gateway.webhook;

import org.jspecify.annotations.NullMarked;
