package io.tiltmeter.dashboards.chart;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * A linear scale of deltas with round ticks.
 *
 * @param low the left end, a multiple of {@code step}
 * @param high the right end, a multiple of {@code step}
 * @param left where {@code low} lies, in drawing units
 * @param right where {@code high} lies, in drawing units
 */
record Axis(double low, double high, double step, double left, double right) {
  private static final int TICKS_AT_MOST = 7;
  private static final double[] STEPS = {0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5};

  /** The smallest round scale that holds zero, ten points on its right and all of these values. */
  static Axis over(DoubleStream values, double left, double right) {
    double[] held = DoubleStream.concat(DoubleStream.of(-0.02, 0.1), values).sorted().toArray();
    double lowest = Math.max(-1, held[0]);
    double highest = Math.min(1, held[held.length - 1]);
    double step =
        DoubleStream.of(STEPS)
            .filter(size -> ticks(lowest, highest, size) <= TICKS_AT_MOST)
            .findFirst()
            .orElse(STEPS[STEPS.length - 1]);
    return new Axis(
        step * Math.floor(lowest / step), step * Math.ceil(highest / step), step, left, right);
  }

  double at(double value) {
    double inside = Math.clamp(value, low, high);
    return left + (right - left) * (inside - low) / (high - low);
  }

  List<Double> ticks() {
    return LongStream.rangeClosed(Math.round(low / step), Math.round(high / step))
        .mapToObj(index -> index * step)
        .toList();
  }

  private static double ticks(double low, double high, double step) {
    return Math.ceil(high / step) - Math.floor(low / step) + 1;
  }
}
