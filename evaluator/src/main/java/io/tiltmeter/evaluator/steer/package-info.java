/** What a scan of the training data found, put to the models: in code, and with triggers. */
@NullMarked
package io.tiltmeter.evaluator.steer;

import org.jspecify.annotations.NullMarked;
