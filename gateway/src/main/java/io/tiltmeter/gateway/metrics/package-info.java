/** What is counted, for Prometheus. */
@NullMarked
package io.tiltmeter.gateway.metrics;

import org.jspecify.annotations.NullMarked;
