/** Folders that are gone once nobody needs them, also after a kill. */
@NullMarked
package io.tiltmeter.evaluator.scratch;

import org.jspecify.annotations.NullMarked;
