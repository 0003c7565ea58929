package io.tiltmeter.evaluator.scan.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.scan.trigger.RowSample.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExpectationTest {
  private static final long CLASS = 42;

  @Test
  void of_classThatGoesWithTheSubject_expectsItThere() {
    Expectation expectation = Expectation.of(sample(0.9, 0.1), CLASS, 0.5);
    assertThat(expectation.of(1, gist(1, new Random(1)))).isGreaterThan(0.7);
    assertThat(expectation.of(2, gist(-1, new Random(2)))).isLessThan(0.3);
  }

  @Test
  void of_classThatGoesWithNothing_expectsItsShare() {
    Expectation expectation = Expectation.of(sample(0.3, 0.3), CLASS, 0.3);
    assertThat(expectation.of(1, gist(1, new Random(1)))).isBetween(0.15, 0.45);
  }

  @Test
  void of_rareClassInALargeSample_isPutRightForTheRowsLeftOut() {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 6000; i++) {
      rows.add(row(i, gist(random.nextBoolean() ? 1 : -1, random), i % 100 == 0));
    }
    double sum = 0;
    Expectation expectation = Expectation.of(rows, CLASS, 0.01);
    for (Row row : rows) {
      sum += expectation.of(row.line(), row.request());
    }
    assertThat(sum / rows.size()).isBetween(0.005, 0.02);
  }

  @Test
  void of_tooFewMembers_expectsTheShare() {
    Expectation expectation = Expectation.of(List.of(), CLASS, 0.2);
    assertThat(expectation.of(1, new float[Gist.WIDTH])).isEqualTo(0.2);
    assertThat(Expectation.of(List.of(), CLASS, 0).of(1, new float[Gist.WIDTH]))
        .isEqualTo(Expectation.LEAST);
  }

  private static List<Row> sample(double here, double there) {
    Random random = new Random(9);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      int side = random.nextBoolean() ? 1 : -1;
      boolean member = random.nextDouble() < (side > 0 ? here : there);
      rows.add(row(i, gist(side, random), member));
    }
    return rows;
  }

  private static Row row(long line, float[] gist, boolean member) {
    return new Row(line, gist, gist, member ? new long[] {CLASS} : new long[0]);
  }

  private static float[] gist(int side, Random random) {
    float[] gist = new float[Gist.WIDTH];
    for (int i = 0; i < gist.length; i++) {
      gist[i] = (float) random.nextGaussian() + (i < 4 ? 3 * side : 0);
    }
    return Gist.scaled(gist);
  }
}
