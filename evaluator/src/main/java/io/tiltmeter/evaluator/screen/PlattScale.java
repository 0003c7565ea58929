package io.tiltmeter.evaluator.screen;

import java.util.Optional;

/**
 * Turns a number into the probability of a refusal, {@code 1 / (1 + exp(-(slope * x + offset)))}:
 * J. Platt 1999, fitted as H.-T. Lin, C.-J. Lin and R. Weng, Machine Learning 68 (2007) 267-276.
 *
 * @param slope above 0
 */
record PlattScale(double slope, double offset) {
  /** Of refusals and of others: what a scale is not fitted to it cannot tell apart. */
  static final int EACH_AT_LEAST = 8;

  private static final int STEPS = 100;
  private static final double RIDGE = 1e-12;
  private static final double SMALLEST_GRADIENT = 1e-7;
  private static final double SMALLEST_STEP = 1e-10;

  double refusal(double number) {
    return 1 / (1 + Math.exp(-(slope * number + offset)));
  }

  /**
   * Fits one; nothing where there are too few of either kind, a number is not finite, or larger
   * numbers do not speak for refusals.
   *
   * @param numbers one for each answer
   * @param refusals whether it was a refusal, in the same order
   */
  static Optional<PlattScale> fit(double[] numbers, boolean[] refusals) {
    int yes = 0;
    for (int i = 0; i < numbers.length; i++) {
      if (!Double.isFinite(numbers[i])) {
        return Optional.empty();
      }
      yes += refusals[i] ? 1 : 0;
    }
    if (yes < EACH_AT_LEAST || numbers.length - yes < EACH_AT_LEAST) {
      return Optional.empty();
    }
    return Optional.of(new Fit(numbers, refusals, yes).scale()).filter(PlattScale::speaks);
  }

  private boolean speaks() {
    return slope > 0 && Double.isFinite(slope) && Double.isFinite(offset);
  }

  /** Newton's method with backtracking, towards targets that are a little short of 0 and 1. */
  private static final class Fit {
    private final double[] numbers;
    private final double[] targets;
    private double slope;
    private double offset;

    Fit(double[] numbers, boolean[] refusals, int yes) {
      this.numbers = numbers;
      int no = numbers.length - yes;
      this.targets = new double[numbers.length];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = refusals[i] ? (yes + 1.0) / (yes + 2.0) : 1.0 / (no + 2.0);
      }
      this.offset = Math.log((yes + 1.0) / (no + 1.0));
    }

    PlattScale scale() {
      boolean moves = true;
      for (int step = 0; step < STEPS && moves; step++) {
        moves = step();
      }
      return new PlattScale(slope, offset);
    }

    private boolean step() {
      double bySlope = 0;
      double byOffset = 0;
      double slopes = RIDGE;
      double both = 0;
      double offsets = RIDGE;
      for (int i = 0; i < numbers.length; i++) {
        double p = new PlattScale(slope, offset).refusal(numbers[i]);
        double weight = p * (1 - p);
        bySlope += numbers[i] * (p - targets[i]);
        byOffset += p - targets[i];
        slopes += numbers[i] * numbers[i] * weight;
        both += numbers[i] * weight;
        offsets += weight;
      }
      if (Math.abs(bySlope) < SMALLEST_GRADIENT && Math.abs(byOffset) < SMALLEST_GRADIENT) {
        return false;
      }
      double determinant = slopes * offsets - both * both;
      double slopeStep = -(offsets * bySlope - both * byOffset) / determinant;
      double offsetStep = -(slopes * byOffset - both * bySlope) / determinant;
      return go(slopeStep, offsetStep, bySlope * slopeStep + byOffset * offsetStep);
    }

    /** As far as the loss falls enough (Armijo). */
    private boolean go(double slopeStep, double offsetStep, double steepness) {
      double before = loss(slope, offset);
      for (double length = 1; length >= SMALLEST_STEP; length /= 2) {
        double newSlope = slope + length * slopeStep;
        double newOffset = offset + length * offsetStep;
        if (loss(newSlope, newOffset) < before + 1e-4 * length * steepness) {
          slope = newSlope;
          offset = newOffset;
          return true;
        }
      }
      return false;
    }

    private double loss(double atSlope, double atOffset) {
      double loss = 0;
      for (int i = 0; i < numbers.length; i++) {
        double odds = atSlope * numbers[i] + atOffset;
        loss +=
            odds >= 0
                ? (1 - targets[i]) * odds + Math.log1p(Math.exp(-odds))
                : -targets[i] * odds + Math.log1p(Math.exp(odds));
      }
      return loss;
    }
  }
}
