package io.tiltmeter.evaluator.scan.trigger;

/** Solves linear systems of a symmetric positive matrix, by Cholesky's factors. */
final class LinearSystem {
  private final double[][] factor;

  /**
   * Of a matrix.
   *
   * @param matrix symmetric and positive definite; only its lower half is read, and it is
   *     overwritten
   */
  LinearSystem(double[][] matrix) {
    this.factor = matrix;
    for (int row = 0; row < factor.length; row++) {
      for (int column = 0; column <= row; column++) {
        double rest = factor[row][column];
        for (int i = 0; i < column; i++) {
          rest -= factor[row][i] * factor[column][i];
        }
        factor[row][column] = row == column ? Math.sqrt(rest) : rest / factor[column][column];
      }
    }
  }

  /** The solution for this right side, in a new array. */
  double[] solve(double[] right) {
    double[] x = right.clone();
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < row; i++) {
        x[row] -= factor[row][i] * x[i];
      }
      x[row] /= factor[row][row];
    }
    for (int row = x.length - 1; row >= 0; row--) {
      for (int i = row + 1; i < x.length; i++) {
        x[row] -= factor[i][row] * x[i];
      }
      x[row] /= factor[row][row];
    }
    return x;
  }
}
