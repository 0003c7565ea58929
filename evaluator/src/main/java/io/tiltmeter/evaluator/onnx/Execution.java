package io.tiltmeter.evaluator.onnx;

/**
 * What computes a model, and in which numbers.
 *
 * @param threads that share one operation, at least 1
 */
public record Execution(Provider provider, int threads, WeightFormat weights) {

  public Execution {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
  }

  /** In float32. */
  public Execution(Provider provider, int threads) {
    this(provider, threads, WeightFormat.FLOAT32);
  }
}
