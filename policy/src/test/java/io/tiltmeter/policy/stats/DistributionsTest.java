package io.tiltmeter.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DistributionsTest {
  private static final Offset<Double> TABLE = within(5e-10);

  @Test
  void normalQuantile_usualLevels_arePublishedValues() {
    assertThat(Normal.quantile(0.95)).isCloseTo(1.6448536270, TABLE);
    assertThat(Normal.quantile(0.975)).isCloseTo(1.9599639845, TABLE);
    assertThat(Normal.quantile(0.995)).isCloseTo(2.5758293035, TABLE);
    assertThat(Normal.quantile(0.025)).isCloseTo(-1.9599639845, TABLE);
  }

  @Test
  void normalUpperTail_bothBranches_arePublishedValues() {
    assertThat(Normal.upperTail(0)).isEqualTo(0.5);
    assertThat(Normal.upperTail(1)).isCloseTo(0.15865525393145705, within(1e-15));
    assertThat(Normal.upperTail(3)).isCloseTo(1.3498980316300946e-3, within(1e-15));
    assertThat(Normal.upperTail(6)).isCloseTo(9.865876450376946e-10, within(1e-20));
    assertThat(Normal.upperTail(-1)).isCloseTo(0.8413447460685429, within(1e-15));
  }

  @Test
  void normalUpperTail_infinity_isZeroOrOne() {
    assertThat(Normal.upperTail(Double.POSITIVE_INFINITY)).isZero();
    assertThat(Normal.upperTail(Double.NEGATIVE_INFINITY)).isOne();
  }

  @Test
  void normalQuantile_notAProbability_namesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Normal.quantile(1))
        .withMessage("probability must lie strictly between 0 and 1, got 1.0");
  }

  @Test
  void studentQuantile_tabledDegrees_arePublishedValues() {
    assertThat(StudentT.quantile(0.975, 1)).isCloseTo(12.7062047362, TABLE);
    assertThat(StudentT.quantile(0.975, 10)).isCloseTo(2.2281388520, TABLE);
    assertThat(StudentT.quantile(0.995, 30)).isCloseTo(2.7499956536, TABLE);
    assertThat(StudentT.quantile(0.95, 120)).isCloseTo(1.6576508993, TABLE);
    assertThat(StudentT.quantile(0.025, 10)).isCloseTo(-2.2281388520, TABLE);
  }

  @Test
  void studentUpperTail_oneAndTwoDegrees_areTheClosedForms() {
    // One degree is the Cauchy distribution; two have P(T > t) = 1/2 - t / (2 sqrt(2 + t^2)).
    assertThat(StudentT.upperTail(1, 1)).isCloseTo(0.25, within(1e-14));
    assertThat(StudentT.upperTail(1, 2)).isCloseTo(0.5 - 0.5 / Math.sqrt(3), within(1e-14));
    assertThat(StudentT.upperTail(-1, 1)).isCloseTo(0.75, within(1e-14));
  }

  @Test
  void studentUpperTail_infinity_isZero() {
    assertThat(StudentT.upperTail(Double.POSITIVE_INFINITY, 5)).isZero();
  }

  @Test
  void binomialTails_seededCases_areTheSumsOfTheirTerms() {
    long seed = 11;
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      int trials = 1 + random.nextInt(300);
      int hits = random.nextInt(trials + 1);
      double rate = 0.001 + 0.998 * random.nextDouble();
      double atMost = 0;
      for (int k = 0; k <= hits; k++) {
        atMost += term(trials, k, rate);
      }
      assertThat(Binomial.atMost(hits, trials, rate))
          .as("seed %d, case %d", seed, i)
          .isCloseTo(atMost, within(1e-11));
      assertThat(Binomial.atLeast(hits + 1, trials, rate))
          .as("seed %d, case %d", seed, i)
          .isCloseTo(1 - atMost, within(1e-11));
    }
  }

  @Test
  void binomialTails_outsideTheRange_areCertainOrImpossible() {
    assertThat(Binomial.atLeast(0, 5, 0.5)).isOne();
    assertThat(Binomial.atLeast(6, 5, 0.5)).isZero();
    assertThat(Binomial.atMost(-1, 5, 0.5)).isZero();
    assertThat(Binomial.atMost(5, 5, 0.5)).isOne();
  }

  private static double term(int trials, int hits, double rate) {
    double logChoose = 0;
    for (int j = 1; j <= hits; j++) {
      logChoose += Math.log(trials - hits + j) - Math.log(j);
    }
    return Math.exp(logChoose + hits * Math.log(rate) + (trials - hits) * Math.log1p(-rate));
  }
}
