/** Static files that pages refer to. */
@NullMarked
package io.tiltmeter.dashboards.asset;

import org.jspecify.annotations.NullMarked;
