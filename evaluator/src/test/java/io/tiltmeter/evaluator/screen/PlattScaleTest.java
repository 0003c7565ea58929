package io.tiltmeter.evaluator.screen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlattScaleTest {
  private static final int MANY = 4_000;

  /** Numbers of which the odds of a refusal are known. */
  private static PlattScale fitted(double slope, double offset) {
    Random random = new Random(7);
    double[] numbers = new double[MANY];
    boolean[] refusals = new boolean[MANY];
    PlattScale truth = new PlattScale(slope, offset);
    for (int i = 0; i < MANY; i++) {
      numbers[i] = 4 * random.nextGaussian();
      refusals[i] = random.nextDouble() < truth.refusal(numbers[i]);
    }
    return PlattScale.fit(numbers, refusals).orElseThrow();
  }

  @Test
  void fit_manyAnswers_findsTheirOdds() {
    PlattScale scale = fitted(0.8, -1.5);
    assertThat(scale.slope()).isCloseTo(0.8, within(0.08));
    assertThat(scale.offset()).isCloseTo(-1.5, within(0.2));
  }

  /** Without the targets of Lin, Lin and Weng the slope would have no bound. */
  @Test
  void fit_answersThatSeparate_staysShortOfCertainty() {
    double[] numbers = new double[40];
    boolean[] refusals = new boolean[40];
    for (int i = 0; i < 40; i++) {
      refusals[i] = i < 20;
      numbers[i] = i < 20 ? 5 : -5;
    }
    PlattScale scale = PlattScale.fit(numbers, refusals).orElseThrow();
    assertThat(scale.refusal(5)).isCloseTo(21 / 22.0, within(1e-6));
    assertThat(scale.refusal(-5)).isCloseTo(1 / 22.0, within(1e-6));
  }

  @Test
  void fit_oneKindOnly_isNothing() {
    double[] numbers = new double[100];
    boolean[] refusals = new boolean[100];
    Arrays.fill(numbers, 3);
    assertThat(PlattScale.fit(numbers, refusals)).isEmpty();
    Arrays.fill(refusals, true);
    assertThat(PlattScale.fit(numbers, refusals)).isEmpty();
    Arrays.fill(refusals, 0, 7, false);
    assertThat(PlattScale.fit(numbers, refusals)).isEmpty();
    assertThat(PlattScale.fit(new double[0], new boolean[0])).isEmpty();
  }

  @Test
  void fit_numbersThatSpeakAgainstRefusals_isNothing() {
    double[] numbers = new double[40];
    boolean[] refusals = new boolean[40];
    for (int i = 0; i < 40; i++) {
      refusals[i] = i % 2 == 0;
      numbers[i] = i % 2 == 0 ? -1 - i : 1 + i;
    }
    assertThat(PlattScale.fit(numbers, refusals)).isEmpty();
  }

  @Test
  void fit_notFinite_isNothing() {
    double[] numbers = new double[40];
    boolean[] refusals = new boolean[40];
    Arrays.fill(refusals, 0, 20, true);
    numbers[3] = Double.NaN;
    assertThat(PlattScale.fit(numbers, refusals)).isEmpty();
  }
}
