/** What the list of jobs and the page of one job show. */
@NullMarked
package io.tiltmeter.dashboards.job;

import org.jspecify.annotations.NullMarked;
