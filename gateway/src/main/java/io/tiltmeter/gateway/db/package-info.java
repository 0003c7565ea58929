/** The way to PostgreSQL: pool, transactions, migrations, notifications. */
@NullMarked
package io.tiltmeter.gateway.db;

import org.jspecify.annotations.NullMarked;
