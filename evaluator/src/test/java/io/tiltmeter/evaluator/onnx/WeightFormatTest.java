package io.tiltmeter.evaluator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.Projection;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Weights in 8 bits beside the same in float32. */
class WeightFormatTest {
  private static final List<List<Integer>> PROMPTS =
      List.of(List.of(5, 9, 63, 0, 17, 8, 8, 21), List.of(40), List.of(1, 2, 3), List.of(7, 7));

  @TempDir Path directory;
  @TempDir Path adapterDirectory;

  /** Three layers, each of which rounds to about one part in 250 of a row's largest number. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "FLOAT32")
  void logits_in8Bits_areCloseToFloat32(WeightFormat format) throws OrtException {
    assumeTrue(format.isExactHere(), "this processor rounds its products");
    for (Dtype dtype : Dtype.values()) {
      Checkpoint model = TinyLlama.random(31, dtype == Dtype.F32).write(directory, dtype);

      float[][] exact = FirstLogits.of(model, null, PROMPTS);
      float[][] rounded = FirstLogits.of(format, model, null, PROMPTS);

      assertThat(relativeError(exact, rounded)).as("%s %s", format, dtype).isBetween(1e-6, 0.05);
    }
  }

  /** Two rows at least, as {@link DecoderBatch} computes them. */
  @ParameterizedTest
  @EnumSource
  void logits_ofARow_areTheSameBitsInAnyBatch(WeightFormat format) throws OrtException {
    TinyLlama tiny = TinyLlama.random(32, true);
    Checkpoint model = tiny.write(directory, Dtype.F32);
    var pairs = tiny.randomAdapter(5, List.of(Projection.values()));
    var adapter = TinyLlama.writeAdapter(adapterDirectory, pairs, Dtype.F32);

    float[][] together = FirstLogits.of(format, model, adapter, PROMPTS, false, true, false, true);

    for (int row = 0; row < PROMPTS.size(); row++) {
      boolean adapted = row % 2 == 1;
      List<List<Integer>> other = List.of(PROMPTS.get(row), List.of(9, 9, 2));
      float[][] apart = FirstLogits.of(format, model, adapter, other, adapted, true);
      assertThat(apart[0]).as("row %d", row).containsExactly(together[row]);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "FLOAT32")
  void open_ofWeightsWithNaN_namesTheTensor(WeightFormat format) {
    assumeTrue(format.isExactHere(), "this processor rounds its products");
    TinyLlama tiny = TinyLlama.random(33, true);
    String tensor = Projection.UP.weight(0);
    Objects.requireNonNull(tiny.weights().get(tensor)).values()[5] = Float.NaN;
    Checkpoint model = tiny.write(directory, Dtype.F32);

    assertThatThrownBy(() -> open(model, format))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("tensor \"" + tensor + "\"")
        .hasMessageContaining("NaN or Infinity");
  }

  @ParameterizedTest
  @EnumSource
  void runtime_ofASession_saysTheFormat(WeightFormat format) {
    assumeTrue(format.isExactHere(), "this processor rounds its products");
    Checkpoint model = TinyLlama.random(34, true).write(directory, Dtype.F32);

    try (DecoderSession session = open(model, format)) {
      assertThat(session.runtime().weights()).isEqualTo(format);
    }
  }

  @ParameterizedTest
  @EnumSource
  void open_whereTheProcessorRoundsProducts_isRefused(WeightFormat format) {
    assumeFalse(format.isExactHere(), "this processor multiplies without loss");
    Checkpoint model = TinyLlama.random(34, true).write(directory, Dtype.F32);

    assertThatThrownBy(() -> open(model, format))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("this processor rounds products of 8-bit integers");
  }

  @Test
  void requireExact_ofSumsCutOffAt16Bits_saysWhatToUse() {
    float[] cut = new float[16];
    Arrays.fill(cut, 64f * 32767 / (2 * 255 * 127));

    assertThatThrownBy(() -> IntegerKernels.requireExact(WeightFormat.INT8_ROWS, cut))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("rounds products of 8-bit integers: expected 64")
        .hasMessageContaining("use weights \"fp32\" in place of \"int8-rows\"");
  }

  @Test
  void round_ofAStretch_reachesBothEndsAndRoundsToNearest() {
    float[] values = {-2, 1, 0.5f, 0, 2};
    byte[] bytes = new byte[5];

    float scale = Rounding.round(values, 0, 5, Rounding.largest(values, 0, 5), 0, bytes);

    assertThat(scale).isEqualTo(2 / 127f);
    assertThat(bytes).containsExactly(-127, 64, 32, 0, 127);
  }

  @Test
  void round_ofZeros_isTheMiddleWithScaleZero() {
    byte[] bytes = new byte[3];

    float scale = Rounding.round(new float[3], 0, 3, 0, QuantisedWeights.MIDDLE, bytes);

    assertThat(scale).isZero();
    assertThat(bytes).containsOnly((byte) 128);
  }

  private static DecoderSession open(Checkpoint model, WeightFormat format) {
    return DecoderSession.open(model, null, new Execution(Provider.CPU, 1, format));
  }

  /** Root of the mean squared difference, beside that of the exact logits. */
  private static double relativeError(float[][] exact, float[][] rounded) {
    double difference = 0;
    double size = 0;
    for (int row = 0; row < exact.length; row++) {
      for (int i = 0; i < exact[row].length; i++) {
        difference += Math.pow(exact[row][i] - rounded[row][i], 2);
        size += Math.pow(exact[row][i], 2);
      }
    }
    return Math.sqrt(difference / size);
  }
}
