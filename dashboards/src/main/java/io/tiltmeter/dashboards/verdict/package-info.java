/** How a verdict is shown to people: rates as per cent, one decimal. */
@NullMarked
package io.tiltmeter.dashboards.verdict;

import org.jspecify.annotations.NullMarked;
