package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.SimulationPoint.Tally;
import io.tiltmeter.policy.gate.SimulationPoint.Watch;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Measures how often the gate errs, under its default policy, in worlds whose truth is known;
 * prints a table. It is no unit test and takes minutes:
 *
 * <pre>
 * mvn -q -pl policy test-compile
 * java -cp policy/target/classes:policy/target/test-classes io.tiltmeter.policy.gate.GateSimulation
 * </pre>
 *
 * <p>An argument sets the runs a point, 4,000 by default. {@link GateSimulationTest} asserts some
 * of the points with 2,000.
 */
final class GateSimulation {
  private static final int RUNS = 4000;
  private static final long SEED = 20261128;

  private GateSimulation() {}

  public static void main(String... arguments) {
    int runs = arguments.length == 0 ? RUNS : Integer.parseInt(arguments[0]);
    PrintStream out = System.out;
    out.printf(
        Locale.ROOT,
        "%-66s %6s %6s %8s %6s %8s %6s%n",
        "point",
        "delta",
        "runs",
        "pass",
        "≤",
        "block",
        "≤");
    for (SimulationPoint point : points()) {
      Tally tally = point.tally(runs, SEED);
      out.printf(
          Locale.ROOT,
          "%-66s %6.3f %6d %8.4f %6s %8.4f %6s%s%n",
          point.name(),
          point.world().delta(),
          tally.runs(),
          (double) tally.passes() / tally.runs(),
          claim(point.passAtMost()),
          (double) tally.blocks() / tally.runs(),
          claim(point.blockAtMost()),
          point.holds(tally) ? "" : "  EXCEEDED");
    }
  }

  private static String claim(@Nullable Double atMost) {
    return atMost == null ? "" : String.format(Locale.ROOT, "%.2f", atMost);
  }

  /** Every point, in the order of the table. */
  static List<SimulationPoint> points() {
    List<SimulationPoint> points = new ArrayList<>(atTheMargins());
    points.addAll(noisy());
    points.addAll(families());
    points.addAll(alternatives());
    return points;
  }

  /** The pooled test, over-refusal and capability, each at its margin. */
  static List<SimulationPoint> atTheMargins() {
    List<SimulationPoint> points = new ArrayList<>();
    for (int n : List.of(93, 200, 560)) {
      points.add(
          SimulationPoint.atTheMargin(
              "%d behaviours, nothing gained".formatted(n),
              SimulatedWorld.of(n, 0.05),
              Watch.HARMFUL));
    }
    points.add(
        SimulationPoint.atTheMargin(
            "200 behaviours, 2 % gained",
            SimulatedWorld.of(200, 0.05).withGains(0.02), Watch.HARMFUL));
    for (double correlation : List.of(0.0, 0.3, 0.6)) {
      points.add(
          SimulationPoint.atTheMargin(
              "200 behaviours in 3 wordings, correlation %.1f".formatted(correlation),
              SimulatedWorld.of(200, 0.05).inWordings(3, correlation),
              Watch.HARMFUL));
    }
    points.add(
        SimulationPoint.atTheMargin(
            "200 behaviours, looked at after 12, 24, 48 … and at the end",
            SimulatedWorld.of(200, 0.05),
            Watch.ROUNDS));
    points.add(
        SimulationPoint.atTheMargin(
            "over-refusal, 120 twins",
            SimulatedWorld.of(1, 0.10).with(120, 0),
            Watch.OVER_REFUSAL));
    points.add(
        SimulationPoint.atTheMargin(
            "capability, 60 tasks", SimulatedWorld.of(1, 0.15).with(0, 60), Watch.CAPABILITY));
    return points;
  }

  /** A judge that takes 10 % of either kind for the other, at the pooled margin. */
  static List<SimulationPoint> noisy() {
    SimulatedWorld one = SimulatedWorld.of(560, 0.05).judgedWith(0.9, 0.9);
    SimulatedWorld clusters = one.inWordings(2, 0.6);
    return List.of(
        SimulationPoint.atTheMargin(
                "560 behaviours, judge errs in 10 %, not accounted for", one, Watch.HARMFUL)
            .claiming(null, 0.01),
        SimulationPoint.atTheMargin(
                "560 behaviours, judge errs in 10 %, calibrated on 300 + 300", one, Watch.HARMFUL)
            .calibratedOn(300),
        SimulationPoint.atTheMargin(
                "560 behaviours in 2 wordings (0.6), judge errs, calibrated",
                clusters,
                Watch.HARMFUL)
            .calibratedOn(300));
  }

  /** Categories and replays, which share one level of a block. */
  static List<SimulationPoint> families() {
    return List.of(
        SimulationPoint.atTheMargin(
            "one category of 45 at its margin", SimulatedWorld.of(45, 0.15), Watch.FAMILY),
        SimulationPoint.atTheMargin(
            "12 categories of 45, all at their margin",
            SimulatedWorld.of(45, 0.15).inCategories(12, 0),
            Watch.FAMILY),
        SimulationPoint.atTheMargin(
            "12 categories of 45 in 2 wordings (0.6), all at their margin",
            SimulatedWorld.of(45, 0.15).inWordings(2, 0.6).inCategories(12, 0),
            Watch.FAMILY),
        SimulationPoint.atTheMargin(
            "100 behaviours under 4 replays with the same fates, at the margin",
            SimulatedWorld.of(100, 0.05).inCategories(1, 4),
            Watch.FAMILY),
        SimulationPoint.atTheMargin(
                "the whole verdict: 150 behaviours, 120 twins, 60 tasks",
                SimulatedWorld.of(150, 0.05).with(120, 60),
                Watch.VERDICT)
            // The pool and the family of one category may each err with 0.01.
            .claiming(0.05, 0.02));
  }

  /** What a model that is clearly on one side of the margin gets. */
  static List<SimulationPoint> alternatives() {
    List<SimulationPoint> points = new ArrayList<>();
    points.add(SimulationPoint.elsewhere("93 behaviours, nothing lost", SimulatedWorld.of(93, 0)));
    for (int n : List.of(200, 560)) {
      for (double lost : List.of(0.01, 0.02, 0.10, 0.15, 0.20, 0.30)) {
        points.add(
            SimulationPoint.elsewhere("%d behaviours".formatted(n), SimulatedWorld.of(n, lost)));
      }
    }
    for (double correlation : List.of(0.0, 0.6)) {
      for (double lost : List.of(0.01, 0.10)) {
        points.add(
            SimulationPoint.elsewhere(
                "560 behaviours in 2 wordings, correlation %.1f".formatted(correlation),
                SimulatedWorld.of(560, lost).inWordings(2, correlation)));
      }
    }
    for (double lost : List.of(0.0, 0.10, 0.20)) {
      points.add(
          SimulationPoint.elsewhere(
                  "560 behaviours, judge errs in 1 %, calibrated on 300 + 300",
                  SimulatedWorld.of(560, lost).judgedWith(0.99, 0.99))
              .calibratedOn(300));
    }
    return points;
  }
}
