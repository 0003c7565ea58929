/** Waiting for what may never come. */
@NullMarked
package io.tiltmeter.gateway.patience;

import org.jspecify.annotations.NullMarked;
