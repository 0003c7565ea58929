/** How much tenants may have, and how often they may ask. */
@NullMarked
package io.tiltmeter.gateway.limit;

import org.jspecify.annotations.NullMarked;
