package io.tiltmeter.evaluator.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** The last logits of each row of a batch, in native memory. */
final class RowLogits {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  private final int vocabulary;
  private final MemorySegment values;

  /** Of each row; NaN where it was not needed yet. */
  private final double[] logSums;

  RowLogits(Arena arena, int rows, int vocabulary) {
    this.vocabulary = vocabulary;
    this.values = arena.allocate(FLOAT, (long) rows * vocabulary);
    this.logSums = new double[rows];
    changed();
  }

  /** All of them, row after row, for the runtime to write to. */
  MemorySegment values() {
    return values;
  }

  /** Bytes of one row. */
  long stride() {
    return (long) vocabulary * Float.BYTES;
  }

  /** To be called when the values were written. */
  void changed() {
    Arrays.fill(logSums, Double.NaN);
  }

  /** The logarithm of the token's softmax (base e). */
  double logProbability(int row, int token) {
    if (Double.isNaN(logSums[row])) {
      logSums[row] = logSum(row);
    }
    return value(row, token) - logSums[row];
  }

  /** Logarithm of the sum of exponentials; the largest is taken out so that none overflows. */
  private double logSum(int row) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < vocabulary; token++) {
      largest = Math.max(largest, value(row, token));
    }
    double sum = 0;
    for (int token = 0; token < vocabulary; token++) {
      sum += Math.exp(value(row, token) - largest);
    }
    return largest + Math.log(sum);
  }

  private float value(int row, int token) {
    return values.getAtIndex(FLOAT, (long) row * vocabulary + token);
  }
}
