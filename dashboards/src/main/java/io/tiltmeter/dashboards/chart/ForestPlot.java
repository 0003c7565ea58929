package io.tiltmeter.dashboards.chart;

import io.tiltmeter.dashboards.verdict.Measure;
import io.tiltmeter.dashboards.verdict.Percent;
import io.tiltmeter.policy.gate.Evidence.Finding;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A forest plot: a dot for each delta, a line for its interval, a mark for what is tolerated.
 *
 * <p>Coordinates are decimal numbers in drawing units, 360 wide; lost refusals lie on the right.
 *
 * @param height of the drawing
 * @param axisY where the axis lies
 * @param zeroX where "no change" lies
 */
public record ForestPlot(int height, int axisY, String zeroX, List<Row> rows, List<Tick> ticks) {
  /** Width of the drawing. */
  public static final int WIDTH = 360;

  private static final int EDGE = 14;
  private static final int TOP = 4;
  private static final int ROW = 40;
  private static final int AXIS = 34;

  /** So much of what is not tolerated is always in sight. */
  private static final double BEYOND = 0.02;

  private static final int LABEL_AT_MOST = 38;

  /**
   * One measure; the positions are meaningless where it has no data.
   *
   * @param textY base line of the label
   * @param y middle of the interval
   * @param label at most 38 characters
   * @param beyondWidth how far it is from what is tolerated to the right end
   * @param points delta in percentage points with its sign
   */
  public record Row(
      int textY,
      int y,
      String label,
      int n,
      String points,
      String x,
      String lowX,
      String highX,
      String toleratedX,
      String beyondWidth,
      Finding finding) {

    /** Whether there is a dot to draw. */
    public boolean hasData() {
      return n > 0;
    }
  }

  /** A number on the axis. */
  public record Tick(String x, String label) {}

  /** The plot of these measures, in their order. */
  public static ForestPlot of(List<Measure> measures) {
    Axis axis = Axis.over(measures.stream().flatMapToDouble(ForestPlot::ends), EDGE, WIDTH - EDGE);
    int axisY = TOP + ROW * measures.size() + 4;
    return new ForestPlot(
        axisY + AXIS,
        axisY,
        units(axis.at(0)),
        IntStream.range(0, measures.size())
            .mapToObj(index -> row(axis, TOP + ROW * index, measures.get(index)))
            .toList(),
        axis.ticks().stream().map(value -> tick(axis, value)).toList());
  }

  private static DoubleStream ends(Measure measure) {
    return measure.hasData()
        ? DoubleStream.of(
            measure.interval().low(), measure.interval().high(), measure.tolerated() + BEYOND)
        : DoubleStream.empty();
  }

  private static Row row(Axis axis, int top, Measure measure) {
    return new Row(
        top + 14,
        top + 27,
        shortened(measure.label()),
        measure.n(),
        Percent.points(measure.delta()),
        units(axis.at(measure.delta())),
        units(axis.at(measure.interval().low())),
        units(axis.at(measure.interval().high())),
        units(axis.at(measure.tolerated())),
        units(WIDTH - EDGE - axis.at(measure.tolerated())),
        measure.finding());
  }

  private static Tick tick(Axis axis, double value) {
    long points = Math.round(100 * value);
    return new Tick(units(axis.at(value)), points == 0 ? "0" : "%+d".formatted(points));
  }

  private static String shortened(String label) {
    return label.codePointCount(0, label.length()) <= LABEL_AT_MOST
        ? label
        : label.substring(0, label.offsetByCodePoints(0, LABEL_AT_MOST - 1)) + "…";
  }

  private static String units(double position) {
    return String.format(Locale.ROOT, "%.1f", position);
  }
}
