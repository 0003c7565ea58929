package io.tiltmeter.policy.attestation;

import org.jspecify.annotations.Nullable;

/**
 * How the answers came about that a verdict rests on.
 *
 * @param agreement null where the base was not asked again
 * @param runtime null where it was not recorded
 * @param attempt which evaluation of much the same training data it was, counted from 1: later ones
 *     pass at a lower level
 */
public record Measurement(
    @Nullable Agreement agreement, @Nullable Environment runtime, int attempt) {

  /**
   * The base against itself in another batch layout (A/A).
   *
   * @param n harmful probes that it was asked again, at least 1
   * @param flips those of which one answer was a refusal and the other was none
   */
  public record Agreement(int n, int flips) {}

  /**
   * What the models ran on.
   *
   * @param provider execution provider
   * @param version of ONNX Runtime
   * @param threads of one forward pass
   * @param weights format of the weights
   * @param graph where the graphs came from: {@code built}, {@code export}, or both
   */
  public record Environment(
      String provider, String version, int threads, String weights, String graph) {}
}
