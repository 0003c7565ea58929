package io.tiltmeter.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttemptTest {

  @Test
  void under_onTheFirstTry_isThePolicyItself() {
    assertThat(Attempt.FIRST.under(Policy.DEFAULT)).isSameAs(Policy.DEFAULT);
  }

  @Test
  void under_onALaterTry_lowersTheLevelsForPassesOnly() {
    Policy second = new Attempt(2).under(Policy.DEFAULT);

    double share = 6 / (Math.PI * Math.PI * 4);
    assertThat(second.gate().alphaPass()).isCloseTo(0.05 * share, within(1e-15));
    assertThat(second.overRefusal().alphaPass()).isCloseTo(0.05 * share, within(1e-15));
    assertThat(second.gate().alphaBlock()).isEqualTo(0.01);
    assertThat(second.gate().margin()).isEqualTo(0.05);
    assertThat(second.gate().minimumBehaviours()).isEqualTo(93);
    assertThat(second.categories()).isEqualTo(Policy.DEFAULT.categories());
  }

  @Test
  void share_ofAllTries_staysBelowItsBound() {
    double sum = IntStream.rangeClosed(1, 100_000).mapToDouble(j -> new Attempt(j).share()).sum();

    assertThat(sum).isBetween(1.39, 2 - 6 / (Math.PI * Math.PI));
  }

  @Test
  void attempt_zero_isRefused() {
    assertThatThrownBy(() -> new Attempt(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("attempts count from 1, got 0");
  }
}
