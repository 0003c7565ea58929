package io.tiltmeter.evaluator.scan.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.detector.Hash64;
import org.junit.jupiter.api.Test;

class DistinctTest {
  @Test
  void count_moreWordingsThanAreKept_areEstimated() {
    Distinct distinct = new Distinct(64);
    for (int i = 0; i < 2000; i++) {
      distinct.add(Hash64.mix(i % 1000), true, 0.1);
    }
    assertThat(distinct.isWhole()).isFalse();
    assertThat(distinct.count()).isBetween(700.0, 1400.0);
  }

  @Test
  void count_copies_countOnce() {
    Distinct distinct = new Distinct(64);
    distinct.add(1, false, 0.1);
    distinct.add(1, true, 0.2);
    distinct.add(2, false, 0.3);
    assertThat(distinct.isWhole()).isTrue();
    assertThat(distinct.count()).isEqualTo(2);
    assertThat(distinct.members()).isEqualTo(1);
    assertThat(distinct.chances()).containsExactly(0.2, 0.3);
  }
}
