/** The interface for staff: policies of tenants, cases and decisions. */
@NullMarked
package io.tiltmeter.gateway.ops;

import org.jspecify.annotations.NullMarked;
