/** How well a judge does beside people's labels. */
@NullMarked
package io.tiltmeter.evaluator.judgecheck;

import org.jspecify.annotations.NullMarked;
