/** What passed, or what two people let out, becomes a model with a signed attestation. */
@NullMarked
package io.tiltmeter.gateway.release;

import org.jspecify.annotations.NullMarked;
