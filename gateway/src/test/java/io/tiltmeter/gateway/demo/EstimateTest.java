package io.tiltmeter.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EstimateTest {

  @Test
  void words_ofWorkAndMeasurement_giveMinutesAndWhereTheyComeFrom() {
    assertThat(new Estimate(2_400, 0.1, 600, 0.5).words())
        .isEqualTo(
            "this will take about 9 minutes, an estimate: 2,400 answers at 0.10 s and 600 training"
                + " rows at 0.50 s each, as just measured here on one batch of each");
  }

  @Test
  void patience_ofShortWork_isHalfAnHour() {
    assertThat(new Estimate(10, 0.1, 10, 0.1).patience()).isEqualTo(Duration.ofMinutes(30));
  }

  @Test
  void patience_ofLongWork_growsWithIt() {
    assertThat(new Estimate(36_000, 1, 0, 0).patience()).isEqualTo(Duration.ofHours(60));
  }
}
