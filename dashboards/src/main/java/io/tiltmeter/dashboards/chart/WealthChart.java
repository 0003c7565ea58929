package io.tiltmeter.dashboards.chart;

import io.tiltmeter.policy.gate.Trail.Wealth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How evidence grew with each behaviour: a line for each of the two tests, and the height at which
 * each proves something by itself.
 *
 * <p>Heights are logarithms of wealth. Coordinates are decimal numbers in drawing units, 360 wide
 * and 150 high.
 *
 * @param pass the {@code points} of an SVG polyline
 * @param block likewise
 * @param passY height at which a pass is shown
 * @param blockY height at which a block is shown
 * @param startY where no evidence lies
 * @param behaviours how many were asked
 */
public record WealthChart(
    String pass, String block, String passY, String blockY, String startY, int behaviours) {
  /** Width of the drawing. */
  public static final int WIDTH = 360;

  /** Height of the drawing. */
  public static final int HEIGHT = 150;

  private static final int EDGE = 14;
  private static final int TOP = 16;
  private static final int BOTTOM = 122;

  /** More points could not be told apart. */
  private static final int POINTS_AT_MOST = 180;

  /** Below this share of its start a wealth only says that its test is far off. */
  private static final double LOWEST = -3;

  /** A proof has often grown far beyond its bar; how far does not matter. */
  private static final double ABOVE_THE_BARS = 1.25;

  /** The chart of one stratum's wealth. */
  public static WealthChart of(Wealth wealth) {
    double highest = ABOVE_THE_BARS * Math.max(wealth.passAt(), wealth.blockAt());
    return new WealthChart(
        points(wealth.pass(), highest),
        points(wealth.block(), highest),
        units(y(wealth.passAt(), highest)),
        units(y(wealth.blockAt(), highest)),
        units(y(0, highest)),
        wealth.pass().size());
  }

  private static String points(List<Double> logWealths, double highest) {
    List<Double> heights = new ArrayList<>(Collections.singletonList(0.0));
    heights.addAll(logWealths);
    int last = heights.size() - 1;
    int every = 1 + last / POINTS_AT_MOST;
    List<String> points =
        IntStream.rangeClosed(0, last)
            .filter(index -> index % every == 0 || index == last)
            .mapToObj(index -> units(x(index, last)) + "," + units(y(heights.get(index), highest)))
            .toList();
    return String.join(" ", points);
  }

  private static double x(int index, int last) {
    return EDGE + (WIDTH - 2.0 * EDGE) * index / Math.max(1, last);
  }

  private static double y(double logWealth, double highest) {
    double inside = Math.clamp(logWealth, LOWEST, highest);
    return BOTTOM - (BOTTOM - TOP) * (inside - LOWEST) / (highest - LOWEST);
  }

  private static String units(double position) {
    return String.format(Locale.ROOT, "%.1f", position);
  }
}
