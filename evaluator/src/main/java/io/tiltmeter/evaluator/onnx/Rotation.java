package io.tiltmeter.evaluator.onnx;

/**
 * Turns a row before it is rounded, so that none of its numbers is much larger than the rest: every
 * stretch of {@code width} numbers is multiplied by the orthonormal Walsh-Hadamard matrix. Both
 * factors of a product are turned alike, which leaves the product as it was (Ashkboos et al. 2024,
 * "QuaRot", arXiv 2404.00456, section 4).
 *
 * @param width a power of two that divides the row; 1 leaves it as it is
 */
record Rotation(int width) {
  /** A wider one spreads further, and costs as much more. */
  private static final int WIDEST = 64;

  /** The widest rotation of rows with so many numbers. */
  static Rotation of(long inputs) {
    return new Rotation((int) Math.min(WIDEST, Long.lowestOneBit(inputs)));
  }

  boolean turnsNothing() {
    return width == 1;
  }

  /** Turns a row in place, by butterflies. */
  void turn(float[] row) {
    for (int from = 0; from < row.length; from += width) {
      turnStretch(row, from);
    }
  }

  /** The matrix, row by row; its own transpose and its own inverse. */
  float[] matrix() {
    float[] matrix = new float[width * width];
    for (int i = 0; i < width; i++) {
      matrix[i * width + i] = 1;
    }
    turn(matrix);
    return matrix;
  }

  private void turnStretch(float[] row, int from) {
    for (int half = 1; half < width; half *= 2) {
      for (int i = 0; i < width; i++) {
        if ((i & half) == 0) {
          float first = row[from + i];
          float second = row[from + i + half];
          row[from + i] = first + second;
          row[from + i + half] = first - second;
        }
      }
    }
    float scale = (float) (1 / Math.sqrt(width));
    for (int i = from; i < from + width; i++) {
      row[i] *= scale;
    }
  }
}
