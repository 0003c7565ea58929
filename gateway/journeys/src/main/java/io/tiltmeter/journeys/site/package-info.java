/**
 * The packaged gateway seen from outside: its process, those who call it, and what it stores.
 *
 * <p>Shared by the journeys that test it and the benchmarks that measure it.
 */
@NullMarked
package io.tiltmeter.journeys.site;

import org.jspecify.annotations.NullMarked;
