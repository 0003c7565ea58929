package io.tiltmeter.evaluator.checkpoint;

/**
 * What Gemma 2 and 3 do in another way: the embedding is multiplied by the root of its width, norms
 * multiply by 1 + w and stand behind each branch too, and gates pass through GELU, approximated
 * with tanh.
 *
 * @param scoreScale factor of attention scores
 * @param scoreCap what attention scores approach, by tanh; 0 for no bound
 * @param logitCap what logits approach, by tanh; 0 for no bound
 * @param local rotation in the layers that have a window
 */
public record Gemma(double scoreScale, double scoreCap, double logitCap, Rope local) {}
