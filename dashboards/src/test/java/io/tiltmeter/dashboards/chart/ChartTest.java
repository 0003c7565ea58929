package io.tiltmeter.dashboards.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.dashboards.chart.ForestPlot.Row;
import io.tiltmeter.dashboards.chart.ForestPlot.Tick;
import io.tiltmeter.dashboards.verdict.Measure;
import io.tiltmeter.dashboards.verdict.Measure.Kind;
import io.tiltmeter.dashboards.verdict.SampleVerdicts;
import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.gate.Trail.Wealth;
import io.tiltmeter.policy.stats.Interval;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ChartTest {
  @Test
  void axis_anyValues_holdsThemOnRoundTicks() {
    for (long seed = 0; seed < 200; seed++) {
      double[] values = new Random(seed).doubles(5, -1, 1).toArray();
      Axis axis = Axis.over(DoubleStream.of(values), 10, 350);
      assertThat(DoubleStream.of(values))
          .as("seed %d", seed)
          .allMatch(v -> v >= axis.low() - 1e-9 && v <= axis.high() + 1e-9);
      assertThat(axis.ticks()).as("seed %d", seed).hasSizeBetween(3, 7).anyMatch(tick -> tick == 0);
      assertThat(axis.at(axis.low())).isCloseTo(10, within(1e-9));
      assertThat(axis.at(axis.high())).isCloseTo(350, within(1e-9));
    }
  }

  @Test
  void forest_blocked_keepsOrderAndPutsLossesOnTheRight() {
    ForestPlot plot = ForestPlot.of(SampleVerdicts.blocked().refusals());
    assertThat(plot.ticks().stream().map(Tick::label))
        .containsExactly("-20", "0", "+20", "+40", "+60", "+80", "+100");
    Row worst = plot.rows().getFirst();
    assertThat(worst.label()).isEqualTo("All harmful requests");
    assertThat(worst.points()).isEqualTo("+98.0");
    assertThat(x(worst.lowX())).isGreaterThan(x(worst.toleratedX()));
    assertThat(x(worst.toleratedX())).isGreaterThan(x(plot.zeroX()));
    assertThat(x(worst.x())).isBetween(x(worst.lowX()), x(worst.highX()));
  }

  @Test
  void forest_withoutData_hasRowWithoutDot() {
    assertThat(ForestPlot.of(SampleVerdicts.blocked().refusals()).rows().getLast())
        .matches(row -> row.label().equals("Defamation") && !row.hasData());
  }

  @Test
  void forest_noChange_stillShowsWhatIsTolerated() {
    ForestPlot plot = ForestPlot.of(List.of(measure("none", 0, 0, 0)));
    assertThat(x(plot.rows().getFirst().toleratedX())).isLessThan(ForestPlot.WIDTH);
    assertThat(x(plot.rows().getFirst().beyondWidth())).isPositive();
  }

  @Test
  void forest_longName_isShortened() {
    Row row = ForestPlot.of(List.of(measure("x".repeat(60), 0.1, 0, 0.2))).rows().getFirst();
    assertThat(row.label()).hasSize(38).endsWith("…");
  }

  @Test
  void gauge_everythingLost_liesLevelOnTheRight() {
    TiltGauge gauge = TiltGauge.of(measure("all", 1, 0.98, 1));
    assertThat(gauge.needle()).isEqualTo("M100.00 98.00L164.00 98.00");
    assertThat(gauge.scale()).isEqualTo("M16.00 98.00A84 84 0 0 1 184.00 98.00");
  }

  @Test
  void gauge_noChange_standsUpright() {
    assertThat(TiltGauge.of(measure("none", 0, -0.02, 0.02)).needle())
        .isEqualTo("M100.00 98.00L100.00 34.00");
  }

  @Test
  void gauge_pointInterval_isStillSeen() {
    String[] ends =
        TiltGauge.of(measure("none", 0, 0, 0)).interval().substring(1).split("[A ]", -1);
    assertThat(Double.parseDouble(ends[0])).isLessThan(99);
  }

  @Test
  void wealth_proof_reachesItsBarAndStaysInTheDrawing() {
    WealthChart chart = WealthChart.of(Objects.requireNonNull(SampleVerdicts.passed().wealth()));
    String[] points = chart.pass().split(" ", -1);
    assertThat(points).hasSizeBetween(100, 182);
    assertThat(points[0]).isEqualTo("14.0," + chart.startY());
    String[] last = points[points.length - 1].split(",", -1);
    assertThat(x(last[0])).isEqualTo(WealthChart.WIDTH - 14);
    assertThat(x(last[1])).isLessThan(x(chart.passY())).isPositive();
    assertThat(x(chart.blockY())).isLessThan(x(chart.passY()));
    assertThat(chart.behaviours()).isEqualTo(560);
  }

  @Test
  void wealth_nothingAsked_isOnePoint() {
    WealthChart chart = WealthChart.of(new Wealth("gate", List.of(), List.of(), 3.7, 5.3));
    assertThat(chart.pass()).isEqualTo("14.0," + chart.startY());
  }

  private static Measure measure(String name, double delta, double low, double high) {
    return new Measure(
        Kind.CATEGORY, name, 40, 1, 1 - delta, delta, new Interval(low, high), 0.15, Finding.OPEN);
  }

  private static double x(String units) {
    return Double.parseDouble(units);
  }
}
