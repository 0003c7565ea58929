/** Views of policies that people propose. */
@NullMarked
package io.tiltmeter.dashboards.policy;

import org.jspecify.annotations.NullMarked;
