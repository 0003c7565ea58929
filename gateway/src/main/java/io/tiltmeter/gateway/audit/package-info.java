/** Who did what: an append-only, hash-chained log. */
@NullMarked
package io.tiltmeter.gateway.audit;

import org.jspecify.annotations.NullMarked;
