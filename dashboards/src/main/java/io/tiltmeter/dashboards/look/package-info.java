/** Small parts that every page is made of: tones, icons, times, and foreign text made visible. */
@NullMarked
package io.tiltmeter.dashboards.look;

import org.jspecify.annotations.NullMarked;
