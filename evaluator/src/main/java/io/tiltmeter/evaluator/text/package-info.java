/** From chat messages to tokens and back: chat templates and tokenizers of a model directory. */
@NullMarked
package io.tiltmeter.evaluator.text;

import org.jspecify.annotations.NullMarked;
