/** Models from a hub: one commit's files over HTTP, checked while they arrive. */
@NullMarked
package io.tiltmeter.gateway.hub;

import org.jspecify.annotations.NullMarked;
