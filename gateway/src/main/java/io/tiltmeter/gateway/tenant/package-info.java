/** What is set for each tenant: its policy. */
@NullMarked
package io.tiltmeter.gateway.tenant;

import org.jspecify.annotations.NullMarked;
