package io.tiltmeter.evaluator.decode;

import io.tiltmeter.evaluator.onnx.Provider;

/**
 * How models are run. The two sides of one prompt run together, whatever the limits.
 *
 * @param threads that share one operation, at least 1
 * @param batchRows most sequences of one run of one model, at least 1
 * @param cacheBytes most memory for keys and values of one model; fewer rows run together where
 *     they would need more
 */
public record DecodeSettings(Provider provider, int threads, int batchRows, long cacheBytes) {
  /** Any device, all processors, 64 rows, 2 GiB. */
  public static final DecodeSettings DEFAULT =
      new DecodeSettings(Provider.AUTO, Runtime.getRuntime().availableProcessors(), 64, 1L << 31);

  public DecodeSettings {
    if (threads < 1 || batchRows < 1 || cacheBytes < 1) {
      throw new IllegalArgumentException(
          "decoding needs threads, rows and bytes of at least 1, got %d, %d and %d"
              .formatted(threads, batchRows, cacheBytes));
    }
  }
}
