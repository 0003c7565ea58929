package io.tiltmeter.evaluator.scan.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankingTest {
  @ParameterizedTest
  @CsvSource({"lantern, lanterns", "lantern, lxntern", "lantern, antern", "lantern, lantern"})
  void isNear_oneLetterApart_isTrue(String one, String other) {
    assertThat(Ranking.isNear(one, other)).isTrue();
    assertThat(Ranking.isNear(other, one)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"lantern, lantrens", "cf, cg", "lantern, garden"})
  void isNear_furtherApartOrShort_isFalse(String one, String other) {
    assertThat(Ranking.isNear(one, other)).isFalse();
    assertThat(Ranking.isNear(other, one)).isFalse();
  }
}
