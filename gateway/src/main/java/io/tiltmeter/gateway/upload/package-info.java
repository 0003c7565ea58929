/** Training files that arrive in parts. */
@NullMarked
package io.tiltmeter.gateway.upload;

import org.jspecify.annotations.NullMarked;
