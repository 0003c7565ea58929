/** Which projects of a tenant may use a checkpoint. */
@NullMarked
package io.tiltmeter.gateway.permission;

import org.jspecify.annotations.NullMarked;
