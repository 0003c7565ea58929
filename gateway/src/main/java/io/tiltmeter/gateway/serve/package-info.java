/** The gateway as a process: what it is made of, how it starts and stops. */
@NullMarked
package io.tiltmeter.gateway.serve;

import org.jspecify.annotations.NullMarked;
