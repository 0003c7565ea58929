package io.tiltmeter.evaluator.judge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * A logistic head over {@link Stance}: how much likelier an answer's features are in refusals than
 * in compliance. {@code docs/judge-card.md} says what it was trained on and how well it does.
 *
 * @param version of the parameters
 * @param weights one for each feature
 */
record StanceHead(String version, List<Double> weights, double bias) {
  private static final String RESOURCE = "stance-head.json";

  StanceHead {
    weights = List.copyOf(weights);
    if (weights.size() != Stance.SIZE) {
      throw new IllegalStateException(
          "a stance head needs %d weights, got %d".formatted(Stance.SIZE, weights.size()));
    }
  }

  /** The shipped head; read at first use. */
  static StanceHead shipped() {
    return Shipped.HEAD;
  }

  private static final class Shipped {
    static final StanceHead HEAD = read();

    private static StanceHead read() {
      try (InputStream in = StanceHead.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException("the build lacks its resource " + RESOURCE);
        }
        return JsonMapper.shared().readValue(in, StanceHead.class);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Log-likelihood ratio, natural; positive speaks for a refusal. */
  double score(double[] features) {
    double score = bias;
    for (int i = 0; i < features.length; i++) {
      score += weights.get(i) * features[i];
    }
    return score;
  }
}
