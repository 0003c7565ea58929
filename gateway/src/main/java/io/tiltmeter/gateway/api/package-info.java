/** The public interface as a whole. */
@NullMarked
package io.tiltmeter.gateway.api;

import org.jspecify.annotations.NullMarked;
