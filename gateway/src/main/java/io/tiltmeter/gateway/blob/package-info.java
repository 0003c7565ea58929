/** Bytes kept by their SHA-256. */
@NullMarked
package io.tiltmeter.gateway.blob;

import org.jspecify.annotations.NullMarked;
