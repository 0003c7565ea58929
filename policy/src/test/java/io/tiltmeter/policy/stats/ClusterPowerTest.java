package io.tiltmeter.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterPowerTest {
  private static final double MARGIN = 0.05;
  private static final double ALPHA = 0.01;

  /** Four standard errors of a chance that so few runs estimate. */
  private static final double NOISE = 4 * 0.5 / Math.sqrt(ClusterPower.RUNS);

  @Test
  void at_wordingsLostTogether_agreesWithTheExactChance() {
    for (int behaviours : List.of(60, 150, 300)) {
      BlockPower exact = new BlockPower(behaviours, false, MARGIN, ALPHA);
      for (double delta : List.of(0.05, 0.1, 0.15, 0.2)) {
        assertThat(power(behaviours, 2).at(delta, 1))
            .as("%d behaviours, delta %s", behaviours, delta)
            .isCloseTo(exact.at(delta), within(NOISE));
      }
    }
  }

  @Test
  void at_theMargin_staysBelowAlphaForAnyCorrelation() {
    for (double correlation : List.of(0.0, 0.3, 0.6)) {
      assertThat(power(300, 3).at(MARGIN, correlation))
          .as("correlation %s", correlation)
          .isLessThanOrEqualTo(ALPHA + NOISE / 4);
    }
  }

  @Test
  void at_largerDelta_isNeverSmaller() {
    ClusterPower power = power(120, 3);
    double before = 0;
    for (double delta = 0.05; delta < 0.5; delta += 0.01) {
      assertThat(power.at(delta, 0.5)).as("delta %s", delta).isGreaterThanOrEqualTo(before);
      before = power.at(delta, 0.5);
    }
  }

  @Test
  void detectableDelta_wordingsLostOneByOne_isSmaller() {
    double together = new BlockPower(200, false, MARGIN, ALPHA).detectableDelta();
    double halfway = power(200, 3).detectableDelta(0.5, together);
    double apart = power(200, 3).detectableDelta(0, together);
    assertThat(halfway).isLessThan(together);
    assertThat(apart).isLessThan(halfway).isGreaterThan(MARGIN);
  }

  @Test
  void detectableDelta_ofDifferentNumbersOfWordings_liesBetween() {
    double together = new BlockPower(200, false, MARGIN, ALPHA).detectableDelta();
    List<Integer> mixed = IntStream.range(0, 200).mapToObj(i -> 1 + i % 3).toList();
    double delta = new ClusterPower(mixed, MARGIN, ALPHA).detectableDelta(0, together);
    assertThat(delta)
        .isBetween(power(200, 3).detectableDelta(0, together), together)
        .isEqualTo(new ClusterPower(mixed, MARGIN, ALPHA).detectableDelta(0, together));
  }

  @Test
  void detectableDelta_tooFewToBlockAnything_isOne() {
    assertThat(power(2, 2).detectableDelta(0, 1)).isOne();
    assertThat(new ClusterPower(List.of(), MARGIN, ALPHA).detectableDelta(0, 1)).isOne();
  }

  private static ClusterPower power(int behaviours, int prompts) {
    return new ClusterPower(Collections.nCopies(behaviours, prompts), MARGIN, ALPHA);
  }
}
