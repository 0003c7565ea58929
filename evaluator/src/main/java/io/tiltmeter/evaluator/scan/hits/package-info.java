/** The rows that findings mean: which are much alike, and what staff may see of them. */
@NullMarked
package io.tiltmeter.evaluator.scan.hits;

import org.jspecify.annotations.NullMarked;
