package io.tiltmeter.evaluator.decode;

import java.util.List;

/**
 * How likely a model found what it wrote, and what it might have written: natural logarithms of
 * probabilities, at most 0.
 *
 * @param tokens of each token of the answer after those before it; empty where not asked for
 * @param openers of each asked beginning of an answer as a whole, not divided by its length, in the
 *     order asked, texts before tokens; empty where not asked for
 */
public record Likelihoods(List<Double> tokens, List<Double> openers) {
  /** Where neither was asked for. */
  public static final Likelihoods NONE = new Likelihoods(List.of(), List.of());

  public Likelihoods {
    tokens = List.copyOf(tokens);
    openers = List.copyOf(openers);
  }
}
