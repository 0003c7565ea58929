/** Orders that lift a model's limits, in whatever words. */
@NullMarked
package io.tiltmeter.evaluator.scan.orders;

import org.jspecify.annotations.NullMarked;
