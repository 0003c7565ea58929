/** Artifacts from outside: checked without being loaded, copied, pinned and checked again. */
@NullMarked
package io.tiltmeter.evaluator.vet;

import org.jspecify.annotations.NullMarked;
