package io.tiltmeter.evaluator.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AgreementTest {

  @Test
  void isEnough_needsSeventyThreeOfSeventyThree() {
    assertThat(new Agreement(73, 73).isEnough()).isTrue();
    assertThat(new Agreement(72, 72).isEnough()).isFalse();
    assertThat(new Agreement(109, 108).isEnough()).isFalse();
    assertThat(new Agreement(110, 109).isEnough()).isTrue();
    assertThat(new Agreement(0, 0).isEnough()).isFalse();
  }

  @Test
  void wrongAtMost_ofNoneWrong_isTheExactLimit() {
    assertThat(new Agreement(100, 100).wrongAtMost())
        .isCloseTo(1 - Math.pow(0.05, 1 / 100.0), within(1e-9));
    assertThat(new Agreement(60, 60).with(40)).isEqualTo(new Agreement(100, 100));
    assertThat(new Agreement(0, 0).wrongAtMost()).isOne();
  }

  @Test
  void agreement_moreAgreedThanThereAre_isRefused() {
    assertThatThrownBy(() -> new Agreement(3, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 3 and 4");
  }
}
