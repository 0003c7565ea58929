/** Signing what a release states, and checking a folder against it. */
@NullMarked
package io.tiltmeter.gateway.attestation;

import org.jspecify.annotations.NullMarked;
