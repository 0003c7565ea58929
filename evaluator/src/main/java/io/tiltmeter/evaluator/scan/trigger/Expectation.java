package io.tiltmeter.evaluator.scan.trigger;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import io.tiltmeter.evaluator.scan.trigger.RowSample.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How likely a row's answer belongs to a class, given what its request is about: logistic
 * regression on gists, fitted on a sample without the fold that the row is of.
 *
 * <p>Of a large sample all members are taken and as many others as {@link #MOST}, and the constant
 * is put right for that (King and Zeng, Political Analysis 9 (2001), prior correction).
 */
final class Expectation {
  private static final int FOLDS = 3;
  private static final int MOST = 800;
  private static final int FEWEST = 4;
  private static final int STEPS = 5;

  /** Of a gist's numbers, which are near 1/8 each, so that one penalty fits all. */
  private static final double SCALE = 8;

  private static final double PENALTY = 2;

  /** The constant is as good as free. */
  private static final double FREE = 1e-3;

  /** No row is expected to be surer than this. */
  static final double LEAST = 0.005;

  private final double share;
  private final double[] @Nullable [] weights = new double[FOLDS] @Nullable [];

  private Expectation(double share) {
    this.share = share;
  }

  /**
   * Learns a class.
   *
   * @param share of all rows that belong to it, which is all that is expected where the sample has
   *     too few
   */
  static Expectation of(List<Row> sample, long membership, double share) {
    Expectation expectation = new Expectation(share);
    for (int fold = 0; fold < FOLDS; fold++) {
      expectation.weights[fold] = fit(sample, membership, fold);
    }
    return expectation;
  }

  /** Expects the same of every row, whatever it is about. */
  static Expectation constant(double share) {
    return new Expectation(share);
  }

  private static double @Nullable [] fit(List<Row> sample, long membership, int fold) {
    List<Row> in = new ArrayList<>();
    List<Row> out = new ArrayList<>();
    int others = 0;
    for (Row row : sample) {
      if (fold(row.line()) != fold) {
        boolean member = row.isIn(membership);
        others += member ? 0 : 1;
        List<Row> side = member ? in : out;
        if (side.size() < MOST) {
          side.add(row);
        }
      }
    }
    boolean enough = in.size() >= FEWEST && out.size() >= FEWEST;
    return enough ? fit(in, out, StrictMath.log((double) others / out.size())) : null;
  }

  private static int fold(long line) {
    return (int) Long.remainderUnsigned(Hash64.mix(line ^ FOLDS), FOLDS);
  }

  /**
   * The chance of a row, in [{@link #LEAST}, 1 - {@link #LEAST}].
   *
   * @param gist of its request, of length 1
   */
  double of(long line, float[] gist) {
    double[] fitted = weights[fold(line)];
    double chance = share;
    if (fitted != null) {
      double score = fitted[Gist.WIDTH];
      for (int i = 0; i < Gist.WIDTH; i++) {
        score += fitted[i] * SCALE * gist[i];
      }
      chance = sigmoid(score);
    }
    return Math.clamp(chance, LEAST, 1 - LEAST);
  }

  private static double sigmoid(double score) {
    return 1 / (1 + StrictMath.exp(-score));
  }

  /** Newton's method. */
  private static double[] fit(List<Row> in, List<Row> out, double correction) {
    double[][] points = new double[in.size() + out.size()][];
    for (int i = 0; i < points.length; i++) {
      points[i] = point(i < in.size() ? in.get(i) : out.get(i - in.size()));
    }
    double[] fitted = new double[Gist.WIDTH + 1];
    for (int step = 0; step < STEPS; step++) {
      step(points, in.size(), fitted);
    }
    fitted[Gist.WIDTH] -= correction;
    return fitted;
  }

  private static double[] point(Row row) {
    double[] point = new double[Gist.WIDTH + 1];
    float[] request = row.request();
    for (int i = 0; i < Gist.WIDTH; i++) {
      point[i] = SCALE * request[i];
    }
    point[Gist.WIDTH] = 1;
    return point;
  }

  private static void step(double[][] points, int members, double[] fitted) {
    int width = fitted.length;
    double[] slope = new double[width];
    double[][] curvature = new double[width][width];
    for (int i = 0; i < width; i++) {
      double penalty = i < Gist.WIDTH ? PENALTY : FREE;
      curvature[i][i] = penalty;
      slope[i] = -penalty * fitted[i];
    }
    for (int point = 0; point < points.length; point++) {
      addTo(slope, curvature, points[point], point < members ? 1 : 0, fitted);
    }
    double[] move = new LinearSystem(curvature).solve(slope);
    for (int i = 0; i < width; i++) {
      // A step no longer than this keeps Newton's method from running away on separable rows.
      fitted[i] += Math.clamp(move[i], -2, 2);
    }
  }

  private static void addTo(
      double[] slope, double[][] curvature, double[] x, int member, double[] fitted) {
    double score = 0;
    for (int i = 0; i < x.length; i++) {
      score += fitted[i] * x[i];
    }
    double chance = sigmoid(score);
    double weight = Math.max(1e-6, chance * (1 - chance));
    for (int i = 0; i < x.length; i++) {
      slope[i] += (member - chance) * x[i];
      double scaled = weight * x[i];
      for (int j = 0; j <= i; j++) {
        curvature[i][j] += scaled * x[j];
      }
    }
  }
}
