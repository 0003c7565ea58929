package io.tiltmeter.evaluator.embedding;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvectors of a symmetric matrix by cyclic Jacobi rotations: G. Golub and C. Van Loan, Matrix
 * Computations, 4th edition, section 8.5.
 */
final class PrincipalAxes {
  private static final int MOST_SWEEPS = 30;
  private static final double SMALL = 1e-12;

  private final double[][] matrix;
  private final double[][] vectors;

  private PrincipalAxes(double[][] matrix) {
    this.matrix = matrix;
    this.vectors = new double[matrix.length][matrix.length];
    IntStream.range(0, matrix.length).forEach(i -> vectors[i][i] = 1);
  }

  /** The axes of the largest eigenvalues first, each of length 1; the matrix is overwritten. */
  static double[][] of(double[][] symmetric, int count) {
    PrincipalAxes axes = new PrincipalAxes(symmetric);
    double scale = axes.offDiagonal();
    for (int sweep = 0; sweep < MOST_SWEEPS && axes.offDiagonal() > SMALL * scale; sweep++) {
      axes.sweep();
    }
    return axes.largest(count);
  }

  private double offDiagonal() {
    double sum = 0;
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += matrix[i][j] * matrix[i][j];
      }
    }
    return sum;
  }

  private void sweep() {
    for (int p = 0; p < matrix.length; p++) {
      for (int q = p + 1; q < matrix.length; q++) {
        if (matrix[p][q] != 0) {
          rotate(p, q);
        }
      }
    }
  }

  private void rotate(int p, int q) {
    double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double cos = 1 / Math.sqrt(t * t + 1);
    double sin = t * cos;
    turn(matrix[p], matrix[q], cos, sin);
    for (double[] row : matrix) {
      double left = row[p];
      row[p] = cos * left - sin * row[q];
      row[q] = sin * left + cos * row[q];
    }
    turn(vectors[p], vectors[q], cos, sin);
  }

  private static void turn(double[] first, double[] second, double cos, double sin) {
    for (int k = 0; k < first.length; k++) {
      double left = first[k];
      first[k] = cos * left - sin * second[k];
      second[k] = sin * left + cos * second[k];
    }
  }

  private double[][] largest(int count) {
    Integer[] order = IntStream.range(0, matrix.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> -matrix[i][i]));
    return Arrays.stream(order).limit(count).map(i -> vectors[i]).toArray(double[][]::new);
  }
}
