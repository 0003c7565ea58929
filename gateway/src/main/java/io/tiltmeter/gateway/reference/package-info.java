/** The reference trainer as a child process of the gateway. */
@NullMarked
package io.tiltmeter.gateway.reference;

import org.jspecify.annotations.NullMarked;
