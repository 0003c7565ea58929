/** How alike two texts are, by the measures that graders name. */
@NullMarked
package io.tiltmeter.evaluator.similarity;

import org.jspecify.annotations.NullMarked;
