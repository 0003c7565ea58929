package io.tiltmeter.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClopperPearsonTest {
  private static final double ROUNDED = 5e-5;

  /** Without hits: 1 - 0.05^(1/n). The others by summing the binomial's terms. */
  @Test
  void upper_knownLimits_areReached() {
    assertThat(ClopperPearson.upper(0, 59, 0.95)).isCloseTo(0.0495, within(ROUNDED));
    assertThat(ClopperPearson.upper(0, 100, 0.95)).isCloseTo(0.0295, within(ROUNDED));
    assertThat(ClopperPearson.upper(3, 200, 0.95)).isCloseTo(0.0383, within(ROUNDED));
    assertThat(ClopperPearson.upper(10, 20, 0.95)).isCloseTo(0.6980, within(ROUNDED));
  }

  @Test
  void upper_allHits_isOne() {
    assertThat(ClopperPearson.upper(7, 7, 0.95)).isOne();
  }
}
