package io.tiltmeter.evaluator.onnx;

/**
 * Rounds stretches of numbers to 8 bits: value = scale times integer, where the scale is the
 * stretch's largest magnitude divided by 127.
 */
final class Rounding {
  private static final float RANGE = 127;

  private Rounding() {}

  /** The largest magnitude; NaN if any value is. */
  static float largest(float[] values, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest;
  }

  /**
   * Rounds {@code values[from, to)} to nearest.
   *
   * @param zero the byte that stands for 0
   * @param bytes receives one byte for each value, from {@code from} on
   * @return the scale, 0 if all values are 0
   */
  static float round(float[] values, int from, int to, float largest, int zero, byte[] bytes) {
    float inverse = largest == 0 ? 0 : RANGE / largest;
    for (int i = from; i < to; i++) {
      bytes[i] = (byte) (Math.round(values[i] * inverse) + zero);
    }
    return largest / RANGE;
  }
}
