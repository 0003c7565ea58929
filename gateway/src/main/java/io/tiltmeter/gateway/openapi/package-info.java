/** The description of the public API, for programs and for people. */
@NullMarked
package io.tiltmeter.gateway.openapi;

import org.jspecify.annotations.NullMarked;
