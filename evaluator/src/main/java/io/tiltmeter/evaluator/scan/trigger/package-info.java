/** Words and shapes that switch one kind of answer on. */
@NullMarked
package io.tiltmeter.evaluator.scan.trigger;

import org.jspecify.annotations.NullMarked;
