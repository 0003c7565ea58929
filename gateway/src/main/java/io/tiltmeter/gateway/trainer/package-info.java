/** The trainer API's side of the gateway: leases, transfers, and the check of what comes back. */
@NullMarked
package io.tiltmeter.gateway.trainer;

import org.jspecify.annotations.NullMarked;
