/** What the scan of a training file found, and what a policy makes of it. */
@NullMarked
package io.tiltmeter.policy.dataset;

import org.jspecify.annotations.NullMarked;
