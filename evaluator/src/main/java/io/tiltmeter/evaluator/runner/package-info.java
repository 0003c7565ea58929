/** The model runner: a contained child process that holds the two models and answers prompts. */
@NullMarked
package io.tiltmeter.evaluator.runner;

import org.jspecify.annotations.NullMarked;
