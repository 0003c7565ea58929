package io.tiltmeter.evaluator.judge;

import io.tiltmeter.evaluator.judge.OwnAnswers.OwnAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fits the head to {@link OwnAnswers}: logistic regression, both classes of equal weight, ridge
 * penalty, Newton's method (iteratively reweighted least squares: T. Hastie et al., The Elements of
 * Statistical Learning, 2nd edition, section 4.4.1).
 */
public final class StanceTraining {
  private static final String VERSION = "stance-1";
  private static final double PENALTY = 3e-3;
  private static final int MOST_STEPS = 30;
  private static final double DONE = 1e-10;

  /** Digits that are kept; more would differ between machines for nothing. */
  private static final double GRAIN = 1e6;

  private final double[][] rows;
  private final boolean[] refusals;
  private final double[] shares;

  private StanceTraining(List<OwnAnswer> answers) {
    rows =
        answers.stream()
            .map(one -> Stance.of(one.request(), PhraseJudge.said(one.request(), one.answer())))
            .map(features -> Arrays.copyOf(features, features.length + 1))
            .peek(row -> row[row.length - 1] = 1)
            .toArray(double[][]::new);
    refusals = new boolean[rows.length];
    int count = 0;
    for (int i = 0; i < rows.length; i++) {
      refusals[i] = answers.get(i).label().isRefusal();
      count += refusals[i] ? 1 : 0;
    }
    shares = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      shares[i] = 0.5 / (refusals[i] ? count : rows.length - count);
    }
  }

  /** Writes the parameters to this file. */
  public static void main(String[] arguments) throws IOException {
    StanceHead head = fit(OwnAnswers.all());
    Files.writeString(Path.of(arguments[0]), JsonMapper.shared().writeValueAsString(head) + "\n");
  }

  static StanceHead fit(List<OwnAnswer> answers) {
    double[] found = new StanceTraining(answers).solve();
    List<Double> weights = new ArrayList<>();
    for (double weight : found) {
      weights.add(Math.rint(weight * GRAIN) / GRAIN);
    }
    double bias = weights.removeLast();
    return new StanceHead(VERSION, weights, bias);
  }

  private double[] solve() {
    double[] point = new double[rows[0].length];
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] change = newton(point);
      double squares = 0;
      for (int i = 0; i < point.length; i++) {
        point[i] -= change[i];
        squares += change[i] * change[i];
      }
      if (squares < DONE) {
        return point;
      }
    }
    throw new IllegalStateException("the fit does not settle in %d steps".formatted(MOST_STEPS));
  }

  /** The inverse of the Hessian times the gradient. */
  private double[] newton(double[] point) {
    int width = point.length;
    double[] gradient = new double[width];
    double[][] hessian = new double[width][width];
    for (int i = 0; i < width - 1; i++) {
      gradient[i] = 2 * PENALTY * point[i];
      hessian[i][i] = 2 * PENALTY;
    }
    for (int r = 0; r < rows.length; r++) {
      double chance = 1 / (1 + StrictMath.exp(-dot(rows[r], point)));
      double error = shares[r] * (chance - (refusals[r] ? 1 : 0));
      double weight = shares[r] * chance * (1 - chance);
      for (int i = 0; i < width; i++) {
        gradient[i] += error * rows[r][i];
        double part = weight * rows[r][i];
        for (int j = 0; j <= i && part != 0; j++) {
          hessian[i][j] += part * rows[r][j];
        }
      }
    }
    return solved(hessian, gradient);
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  /** By Cholesky's decomposition of the lower half, which is overwritten. */
  private static double[] solved(double[][] lower, double[] right) {
    int width = right.length;
    double[] solution = right.clone();
    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = lower[i][j];
        for (int k = 0; k < j; k++) {
          sum -= lower[i][k] * lower[j][k];
        }
        lower[i][j] = i == j ? Math.sqrt(sum) : sum / lower[j][j];
      }
      for (int k = 0; k < i; k++) {
        solution[i] -= lower[i][k] * solution[k];
      }
      solution[i] /= lower[i][i];
    }
    for (int i = width - 1; i >= 0; i--) {
      for (int k = i + 1; k < width; k++) {
        solution[i] -= lower[k][i] * solution[k];
      }
      solution[i] /= lower[i][i];
    }
    return solution;
  }
}
