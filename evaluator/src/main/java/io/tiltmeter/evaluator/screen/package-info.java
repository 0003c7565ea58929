/** Level L0: refusals told by how a model is about to begin, before it has written anything. */
@NullMarked
package io.tiltmeter.evaluator.screen;

import org.jspecify.annotations.NullMarked;
