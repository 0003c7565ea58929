/** Graders, which give the reward in reinforcement fine-tuning, and what they reward. */
@NullMarked
package io.tiltmeter.evaluator.grader;

import org.jspecify.annotations.NullMarked;
