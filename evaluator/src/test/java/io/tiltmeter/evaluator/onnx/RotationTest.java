package io.tiltmeter.evaluator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RotationTest {

  @ParameterizedTest
  @CsvSource({"576, 64", "1536, 64", "96, 32", "33, 1"})
  void of_rowOfSoManyNumbers_isTheWidestThatDivides(int inputs, int width) {
    assertThat(Rotation.of(inputs).width()).isEqualTo(width);
  }

  @Test
  void matrix_ofFour_isWalshHadamard() {
    float half = 0.5f;

    assertThat(new Rotation(4).matrix())
        .containsExactly(
            half, half, half, half, //
            half, -half, half, -half, //
            half, half, -half, -half, //
            half, -half, -half, half);
  }

  @Test
  void turn_ofBothFactors_leavesTheirProduct() {
    Random random = new Random(7);
    float[] x = new float[192];
    float[] w = new float[192];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
      w[i] = (float) random.nextGaussian();
    }
    double before = product(x, w);

    Rotation.of(192).turn(x);
    Rotation.of(192).turn(w);

    assertThat(product(x, w)).isCloseTo(before, within(1e-4));
  }

  @Test
  void turn_ofOneLargeNumber_spreadsItOverTheStretch() {
    float[] row = new float[128];
    row[70] = 8;

    Rotation.of(128).turn(row);

    for (int i = 0; i < row.length; i++) {
      assertThat(Math.abs(row[i])).isCloseTo(i < 64 ? 0f : 1f, within(1e-6f));
    }
  }

  private static double product(float[] x, float[] w) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (double) x[i] * w[i];
    }
    return sum;
  }
}
