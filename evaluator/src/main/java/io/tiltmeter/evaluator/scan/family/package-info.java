/** By what training files that say much the same are known. */
@NullMarked
package io.tiltmeter.evaluator.scan.family;

import org.jspecify.annotations.NullMarked;
