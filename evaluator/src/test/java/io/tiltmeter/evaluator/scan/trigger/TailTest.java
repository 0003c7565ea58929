package io.tiltmeter.evaluator.scan.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TailTest {
  @Test
  void exact_equalChances_isTheBinomialTail() {
    double[] chances = new double[10];
    Arrays.fill(chances, 0.5);
    assertThat(Tail.exact(chances, 8)).isCloseTo(56 / 1024.0, within(1e-12));
    assertThat(Tail.exact(chances, 0)).isEqualTo(1);
  }

  @Test
  void exact_differentChances_isThePoissonBinomialTail() {
    assertThat(Tail.exact(new double[] {0.1, 0.2, 0.3}, 2)).isCloseTo(0.098, within(1e-12));
  }

  @Test
  void bound_randomChances_isNeverBelowTheExactTail() {
    Random random = new Random(5);
    for (int trial = 0; trial < 300; trial++) {
      double[] chances = random.doubles(2 + random.nextInt(20)).toArray();
      double mean = Arrays.stream(chances).sum();
      for (int k = 0; k <= chances.length; k++) {
        assertThat(Tail.bound(k, chances.length, mean))
            .as("trial %d, k %d", trial, k)
            .isGreaterThanOrEqualTo(Tail.exact(chances, k) - 1e-12);
      }
    }
  }

  /** Pure triggers among a million features at .01. */
  @ParameterizedTest
  @CsvSource({"0.01, 4", "0.05, 7", "0.10, 8", "0.20, 12", "0.50, 27", "0.69, 50", "0.90, 175"})
  void bound_pureTrigger_countsFromTheDetectionLimit(double share, int limit) {
    double enough = 0.01 / 1e6 * (1 + 1e-9);
    assertThat(Tail.bound(limit, limit, limit * share)).isLessThanOrEqualTo(enough);
    assertThat(Tail.bound(limit - 1.0, limit - 1.0, (limit - 1) * share)).isGreaterThan(enough);
  }
}
