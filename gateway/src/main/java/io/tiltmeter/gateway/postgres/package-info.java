/** TEMP */
@NullMarked
package io.tiltmeter.gateway.postgres;

import org.jspecify.annotations.NullMarked;
