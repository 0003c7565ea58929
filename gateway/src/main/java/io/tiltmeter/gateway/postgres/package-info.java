/** The embedded database: one PostgreSQL server that lives and ends with this process. */
@NullMarked
package io.tiltmeter.gateway.postgres;

import org.jspecify.annotations.NullMarked;
