/** What a release states about itself, before it is signed. */
@NullMarked
package io.tiltmeter.policy.attestation;

import org.jspecify.annotations.NullMarked;
