/** Pages as HTML: who looks, how they are dressed, and how each view is rendered. */
@NullMarked
package io.tiltmeter.dashboards.page;

import org.jspecify.annotations.NullMarked;
