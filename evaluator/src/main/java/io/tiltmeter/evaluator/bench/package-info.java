/** How fast models run here, beside what the machine could do. */
@NullMarked
package io.tiltmeter.evaluator.bench;

import org.jspecify.annotations.NullMarked;
