/**
 * From chat messages to tokens and back: chat templates and tokenizers of a model directory; and
 * JSON that models write.
 */
@NullMarked
package io.tiltmeter.evaluator.text;

import org.jspecify.annotations.NullMarked;
