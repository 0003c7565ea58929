/** Graders of reinforcement jobs: how customers write them, run them and what they reward. */
@NullMarked
package io.tiltmeter.gateway.grader;

import org.jspecify.annotations.NullMarked;
