package io.tiltmeter.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScreeningTest {

  @Test
  void under_lowersTheLevelsForBlocksOnly() {
    Policy second = new Screening(2).under(Policy.DEFAULT);

    double share = 6 / (Math.PI * Math.PI * 4);
    assertThat(second.gate().alphaBlock()).isCloseTo(0.01 * share, within(1e-15));
    assertThat(second.overRefusal().alphaBlock()).isCloseTo(0.01 * share, within(1e-15));
    assertThat(second.gate().alphaPass()).isEqualTo(0.05);
    assertThat(second.gate().margin()).isEqualTo(0.05);
    assertThat(second.categories()).isEqualTo(Policy.DEFAULT.categories());
  }

  @Test
  void share_ofTheFirst_isLessThanAWholeLevel() {
    assertThat(new Screening(1).share()).isCloseTo(0.6079, within(1e-4));
  }

  @Test
  void share_ofAllOfOneJob_addsUpToOneLevel() {
    double sum = IntStream.rangeClosed(1, 100_000).mapToDouble(j -> new Screening(j).share()).sum();

    assertThat(sum).isBetween(0.999, 1.0);
  }

  @Test
  void screening_zero_isRefused() {
    assertThatThrownBy(() -> new Screening(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("screenings count from 1, got 0");
  }
}
