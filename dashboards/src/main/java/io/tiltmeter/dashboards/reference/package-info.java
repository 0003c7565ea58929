/** The page that explains the public API. */
@NullMarked
package io.tiltmeter.dashboards.reference;

import org.jspecify.annotations.NullMarked;
