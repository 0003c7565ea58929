package io.tiltmeter.policy.stats;

import java.util.function.DoubleUnaryOperator;

/** Root finding by halving: slow, certain, and the same on every machine. */
final class Bisection {
  /** Enough to bring any bracket of width 1 below the spacing of doubles near 1. */
  private static final int HALVINGS = 60;

  private Bisection() {}

  /**
   * The root of a function that rises from below zero at {@code low} to above zero at {@code high}.
   *
   * @return a bound of the root, off by at most {@code (high - low) / 2^60}
   */
  static double rootOfRising(DoubleUnaryOperator function, double low, double high) {
    double below = low;
    double above = high;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = 0.5 * (below + above);
      if (function.applyAsDouble(middle) < 0) {
        below = middle;
      } else {
        above = middle;
      }
    }
    return above;
  }
}
