/** Views of the cases that wait for people: their queue, and those that no job's page shows. */
@NullMarked
package io.tiltmeter.dashboards.cases;

import org.jspecify.annotations.NullMarked;
