package io.tiltmeter.evaluator.scan.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CountMinTest {
  private static final int BITS = 12;

  @Test
  void estimate_fewThings_isExact() {
    CountMin counts = counted(0, 8_000);
    for (long thing = 0; thing < 8_000; thing++) {
      assertThat(counts.estimate(thing)).isEqualTo(times(thing));
    }
    assertThat(counts.estimate(99_999)).isZero();
  }

  @Test
  void estimate_manyThings_isNeverTooLowAndSeldomMuchTooHigh() {
    int things = 40_000;
    CountMin counts = counted(0, things);
    int high = 0;
    for (long thing = 0; thing < things; thing++) {
      long above = counts.estimate(thing) - times(thing);
      assertThat(above).isNotNegative();
      high += above > 2.8 * 1.5 * things / (1 << BITS) ? 1 : 0;
    }
    assertThat((double) high / things).isLessThan(0.02);
  }

  @Test
  void add_anySplit_countsTheSame() {
    CountMin whole = counted(0, 24_000);
    List<CountMin> parts = List.of(counted(0, 8_000), counted(0, 0), counted(8_000, 24_000));
    for (int first = 0; first < parts.size(); first++) {
      CountMin sum = new CountMin(BITS);
      for (int i = 0; i < parts.size(); i++) {
        sum.add(parts.get((first + i) % parts.size()));
      }
      for (long thing = 0; thing < 24_100; thing++) {
        assertThat(sum.estimate(thing)).isEqualTo(whole.estimate(thing));
      }
    }
  }

  private static CountMin counted(int from, int end) {
    CountMin counts = new CountMin(BITS);
    for (long thing = from; thing < end; thing++) {
      for (int i = 0; i < times(thing); i++) {
        counts.count(thing);
      }
    }
    return counts;
  }

  /** Every second thing comes twice. */
  private static long times(long thing) {
    return 1 + thing % 2;
  }
}
