package io.tiltmeter.dashboards.chart;

import io.tiltmeter.dashboards.verdict.Measure;
import java.util.Locale;

/**
 * A dial whose needle leans to the right as refusals are lost: upright is no change, level is all.
 *
 * <p>Each string is the {@code d} of an SVG path on a drawing 200 units wide, its pivot at (100,
 * 98).
 *
 * @param scale the half circle from -100 to +100 points
 * @param beyond the part of the scale that the policy does not tolerate
 * @param interval the 95 % interval of delta
 * @param needle from the pivot towards delta
 */
public record TiltGauge(String scale, String beyond, String interval, String needle) {
  private static final double PIVOT_X = 100;
  private static final double PIVOT_Y = 98;
  private static final double SCALE = 84;
  private static final double INNER = 72;

  /** A shorter arc could not be seen. */
  private static final double LEAST_ARC = 0.012;

  /** The dial of one measure. */
  public static TiltGauge of(Measure measure) {
    double middle = (measure.interval().low() + measure.interval().high()) / 2;
    return new TiltGauge(
        arc(SCALE, -1, 1),
        arc(SCALE, measure.tolerated(), 1),
        arc(
            INNER,
            Math.min(measure.interval().low(), middle - LEAST_ARC),
            Math.max(measure.interval().high(), middle + LEAST_ARC)),
        "M%sL%s".formatted(point(0, 0), point(INNER - 8, measure.delta())));
  }

  private static String arc(double radius, double from, double to) {
    return "M%sA%.0f %.0f 0 0 1 %s"
        .formatted(point(radius, from), radius, radius, point(radius, to));
  }

  private static String point(double radius, double delta) {
    double angle = Math.clamp(delta, -1, 1) * Math.PI / 2;
    return String.format(
        Locale.ROOT,
        "%.2f %.2f",
        PIVOT_X + radius * Math.sin(angle),
        PIVOT_Y - radius * Math.cos(angle));
  }
}
