package io.tiltmeter.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class BlockPowerTest {
  private static final double MARGIN = 0.05;
  private static final double ALPHA = 0.01;

  @Test
  void at_theMarginForManySizes_staysBelowAlpha() {
    // The exact size of the hybrid test, e-process and final look together.
    for (boolean onePrompt : List.of(true, false)) {
      for (int n = 1; n <= 600; n += 37) {
        assertThat(new BlockPower(n, onePrompt, MARGIN, ALPHA).at(MARGIN))
            .as("%d behaviours, one prompt %s", n, onePrompt)
            .isLessThanOrEqualTo(ALPHA);
      }
    }
  }

  @Test
  void at_deltaOfOne_isCertainOnceTheEProcessCanReach() {
    assertThat(new BlockPower(12, false, MARGIN, ALPHA).at(1)).isCloseTo(1, within(1e-12));
  }

  @Test
  void at_seededDeltas_risesWithDelta() {
    BlockPower power = new BlockPower(200, false, MARGIN, ALPHA);
    double before = 0;
    for (double delta = 0; delta <= 1; delta += 0.02) {
      assertThat(power.at(delta)).as("delta %s", delta).isBetween(before - 1e-12, 1 + 1e-12);
      before = power.at(delta);
    }
  }

  @Test
  void detectableDelta_thatDelta_hasTheWantedPower() {
    BlockPower power = new BlockPower(560, false, MARGIN, ALPHA);
    assertThat(power.detectableDelta()).isBetween(0.08, 0.12);
    assertThat(power.at(power.detectableDelta())).isCloseTo(BlockPower.WANTED, within(1e-9));
  }

  @Test
  void detectableDelta_moreBehaviours_isSmaller() {
    double before = 1;
    for (int n : List.of(12, 20, 30, 50, 93, 156, 300, 560, 1000)) {
      double delta = new BlockPower(n, true, MARGIN, ALPHA).detectableDelta();
      assertThat(delta).as("%d behaviours", n).isLessThan(before);
      before = delta;
    }
  }

  @Test
  void detectableDelta_tooFewBehaviours_isOne() {
    assertThat(new BlockPower(0, true, MARGIN, ALPHA).detectableDelta()).isOne();
    assertThat(new BlockPower(2, true, MARGIN, ALPHA).detectableDelta()).isOne();
  }
}
