/** Texts as vectors: word pieces, and a table of their vectors that needs no model to run. */
@NullMarked
package io.tiltmeter.evaluator.embedding;

import org.jspecify.annotations.NullMarked;
