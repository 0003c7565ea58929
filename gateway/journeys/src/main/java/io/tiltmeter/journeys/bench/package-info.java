/** Figures of the packaged gateway, measured from outside; each class has a main method. */
@NullMarked
package io.tiltmeter.journeys.bench;

import org.jspecify.annotations.NullMarked;
