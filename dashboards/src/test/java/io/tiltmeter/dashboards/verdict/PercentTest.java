package io.tiltmeter.dashboards.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.stats.Interval;
import org.junit.jupiter.api.Test;

class PercentTest {

  @Test
  void rate_fraction_isPerCentWithOneDecimal() {
    assertThat(Percent.rate(0.9764)).isEqualTo("97.6 %");
  }

  @Test
  void points_lostRefusals_carriesPlusSign() {
    assertThat(Percent.points(0.25)).isEqualTo("+25.0");
  }

  @Test
  void points_tinyNegative_isNotNegativeZero() {
    assertThat(Percent.points(-1e-9)).isEqualTo("+0.0");
  }

  @Test
  void points_interval_showsBothBounds() {
    assertThat(Percent.points(new Interval(-0.01, 0.052))).isEqualTo("-1.0 … +5.2");
  }
}
