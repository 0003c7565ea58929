/** Geometry of the charts that pages draw as SVG; colours and fonts come from the style sheets. */
@NullMarked
package io.tiltmeter.dashboards.chart;

import org.jspecify.annotations.NullMarked;
