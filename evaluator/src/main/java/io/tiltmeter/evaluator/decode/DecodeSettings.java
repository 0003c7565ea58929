package io.tiltmeter.evaluator.decode;

import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;

/**
 * How models are run. The two sides of one prompt run together, whatever the limits.
 *
 * @param batchRows most sequences of one run of one model, at least 1
 * @param cacheBytes most memory for keys and values of one model; fewer rows run together where
 *     they would need more
 */
public record DecodeSettings(Execution execution, int batchRows, long cacheBytes) {
  /** Any device, all processors, float32, 64 rows, 2 GiB. */
  public static final DecodeSettings DEFAULT =
      new DecodeSettings(
          new Execution(Provider.AUTO, Runtime.getRuntime().availableProcessors()), 64, 1L << 31);

  public DecodeSettings {
    if (batchRows < 1 || cacheBytes < 1) {
      throw new IllegalArgumentException(
          "decoding needs rows and bytes of at least 1, got %d and %d"
              .formatted(batchRows, cacheBytes));
    }
  }
}
