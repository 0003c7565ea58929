package io.tiltmeter.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FamiliesTest {

  @Test
  void closedTesting_singleHypothesis_keepsItsEValue() {
    assertThat(ClosedTesting.adjusted(List.of(7.5))).containsExactly(7.5);
  }

  @Test
  void closedTesting_noHypotheses_isEmpty() {
    assertThat(ClosedTesting.adjusted(List.of())).isEmpty();
  }

  @Test
  void closedTesting_seededCases_areTheSmallestAverageOverAllSets() {
    long seed = 21;
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      List<Double> eValues = draws(random, 10);
      List<Double> adjusted = ClosedTesting.adjusted(eValues);
      for (int own = 0; own < eValues.size(); own++) {
        assertThat(adjusted.get(own))
            .as("seed %d, case %d", seed, i)
            .isCloseTo(smallestAverage(eValues, own), within(1e-12));
      }
    }
  }

  @Test
  void holm_publishedStyleExample_stepsDown() {
    assertThat(Holm.adjusted(List.of(0.01, 0.04, 0.03, 0.005)))
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-12 ? 0 : Double.compare(a, b))
        .containsExactly(0.03, 0.06, 0.06, 0.02);
  }

  @Test
  void holm_seededCases_areClosedBonferroni() {
    long seed = 22;
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      List<Double> pValues = draws(random, 1);
      List<Double> adjusted = Holm.adjusted(pValues);
      for (int own = 0; own < pValues.size(); own++) {
        assertThat(adjusted.get(own))
            .as("seed %d, case %d", seed, i)
            .isCloseTo(closedBonferroni(pValues, own), within(1e-12));
      }
    }
  }

  private static List<Double> draws(Random random, double scale) {
    return IntStream.range(0, 1 + random.nextInt(6))
        .mapToObj(_ -> scale * random.nextDouble())
        .toList();
  }

  private static double smallestAverage(List<Double> values, int own) {
    return subsetsWith(values, own).stream().mapToDouble(FamiliesTest::average).min().orElseThrow();
  }

  private static double closedBonferroni(List<Double> values, int own) {
    return subsetsWith(values, own).stream()
        .mapToDouble(set -> Math.min(1, set.size() * Collections.min(set)))
        .max()
        .orElseThrow();
  }

  private static double average(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static List<List<Double>> subsetsWith(List<Double> values, int own) {
    return IntStream.range(0, 1 << values.size())
        .filter(set -> (set >> own & 1) == 1)
        .mapToObj(set -> subset(values, set))
        .toList();
  }

  private static List<Double> subset(List<Double> values, int set) {
    return IntStream.range(0, values.size())
        .filter(j -> (set >> j & 1) == 1)
        .mapToObj(values::get)
        .toList();
  }
}
