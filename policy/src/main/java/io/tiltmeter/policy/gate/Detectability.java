package io.tiltmeter.policy.gate;

import java.util.List;

/**
 * The smallest true deltas that a run had 90 % power to block, by how far the paraphrases of a
 * behaviour are lost together.
 *
 * @param smallest from paraphrases that are lost together or not at all (correlation 1) to such
 *     that are lost one by one (0); a delta of 1 if none is seen
 */
public record Detectability(List<AtCorrelation> smallest) {
  public Detectability {
    smallest = List.copyOf(smallest);
  }

  /** The smallest delta if losses of two paraphrases of one behaviour correlate so, in [0, 1]. */
  public record AtCorrelation(double correlation, double delta) {}
}
