package io.tiltmeter.evaluator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightSketchTest {
  @TempDir private Path folder;

  /** Makes the value of element i of a matrix of so many elements. */
  private interface Weights {
    double at(String tensor, int i, int elements);
  }

  private static double random(long seed, String tensor, int i) {
    return new SplittableRandom(seed << 56 ^ (long) tensor.hashCode() << 20 ^ i).nextGaussian();
  }

  private WeightSketch sketch(String name, Dtype dtype, Weights weights) throws IOException {
    Path model = Files.createDirectories(folder.resolve(name));
    Files.writeString(model.resolve("config.json"), TinyModel.CONFIG);
    List<NewTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, List<Long>> shape : TinyModel.baseShapes().entrySet()) {
      int elements = Math.toIntExact(shape.getValue().stream().reduce(1L, Math::multiplyExact));
      tensors.add(tensor(shape, dtype, elements, i -> weights.at(shape.getKey(), i, elements)));
    }
    SafetensorsWriter.write(model.resolve("model.safetensors"), tensors);
    return WeightSketch.of(model);
  }

  private static NewTensor tensor(
      Map.Entry<String, List<Long>> shape, Dtype dtype, int elements, IntToDoubleFunction value) {
    return new NewTensor(
        shape.getKey(),
        dtype,
        shape.getValue(),
        channel -> {
          ByteBuffer bytes =
              ByteBuffer.allocate(elements * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
          for (int i = 0; i < elements; i++) {
            float number = (float) value.applyAsDouble(i);
            if (dtype == Dtype.F32) {
              bytes.putFloat(number);
            } else {
              bytes.putShort(TensorData.toBfloat16(number));
            }
          }
          SafetensorsWriter.writeFully(channel, bytes.flip());
        });
  }

  private WeightSketch base() throws IOException {
    return sketch("base", Dtype.F32, (tensor, i, _) -> random(1, tensor, i));
  }

  @Test
  void similarity_toItself_isOne_alsoInAnotherType() throws IOException {
    WeightSketch rounded = sketch("bf16", Dtype.BF16, (tensor, i, _) -> random(1, tensor, i));

    assertThat(base().similarity(rounded)).hasValueCloseTo(1.0, within(0.01));
    assertThat(rounded.isRelatedTo(rounded)).isTrue();
  }

  @Test
  void similarity_toAFineTune_isNearItsCosine() throws IOException {
    WeightSketch tune =
        sketch(
            "tune", Dtype.F32, (tensor, i, _) -> random(1, tensor, i) + 0.1 * random(2, tensor, i));
    WeightSketch heavy =
        sketch(
            "heavy",
            Dtype.F32,
            (tensor, i, _) -> random(1, tensor, i) + 0.5 * random(2, tensor, i));

    assertThat(tune.similarity(base())).hasValueCloseTo(1 / Math.sqrt(1.01), within(0.02));
    assertThat(heavy.similarity(tune)).hasValueCloseTo(0.94, within(0.05));
    assertThat(heavy.isRelatedTo(tune)).isTrue();
  }

  @Test
  void similarity_toAModelThatWasTrainedApart_isSmall() throws IOException {
    WeightSketch other = sketch("other", Dtype.F32, (tensor, i, _) -> random(3, tensor, i));

    assertThat(other.similarity(base())).hasValueCloseTo(0.0, within(0.2));
    assertThat(other.isRelatedTo(base())).isFalse();
  }

  @Test
  void similarity_toTheSameWeightsInAnotherOrder_isSmall() throws IOException {
    WeightSketch reversed =
        sketch("reversed", Dtype.F32, (tensor, i, all) -> random(1, tensor, all - 1 - i));

    assertThat(reversed.isRelatedTo(base())).isFalse();
  }

  @Test
  void similarity_toAnotherArchitecture_isUnknown() {
    WeightSketch one = new WeightSketch(List.of(matrix("a", 8), matrix("b", 8), matrix("c", 8)));
    WeightSketch two = new WeightSketch(List.of(matrix("a", 8), matrix("b", 16), matrix("d", 8)));

    assertThat(one.similarity(two)).isEmpty();
    assertThat(one.isRelatedTo(two)).isFalse();
    assertThat(one.similarity(new WeightSketch(List.of()))).isEmpty();
  }

  private static WeightSketch.MatrixSketch matrix(String name, long width) {
    return new WeightSketch.MatrixSketch(name, List.of(8L, width), "00".repeat(16));
  }
}
