/** Journeys of users through the packaged gateway, and what happens when it is interrupted. */
@NullMarked
package io.tiltmeter.journeys;

import org.jspecify.annotations.NullMarked;
