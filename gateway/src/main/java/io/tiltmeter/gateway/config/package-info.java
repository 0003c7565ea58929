/** What an operator sets, read once at the start. */
@NullMarked
package io.tiltmeter.gateway.config;

import org.jspecify.annotations.NullMarked;
