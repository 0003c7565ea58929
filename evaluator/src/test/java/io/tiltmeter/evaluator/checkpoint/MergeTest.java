package io.tiltmeter.evaluator.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.checkpoint.Adapter.LowRankPair;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeTest {
  @TempDir Path temporary;

  private Path folder(String name) throws IOException {
    return Files.createDirectory(temporary.resolve(name));
  }

  @Test
  void merge_eachDtype_agreesWithFormulaInDouble() throws IOException {
    for (Dtype dtype : Dtype.values()) {
      Path base = TinyModel.base(folder("base-" + dtype), dtype);
      Path adapter = TinyModel.adapter(folder("adapter-" + dtype));
      Path out = temporary.resolve("merged-" + dtype);
      Merge.merge(base, adapter, out);
      Checkpoint before = CheckpointReader.read(base);
      Adapter change = AdapterReader.read(adapter, before);
      Checkpoint after = CheckpointReader.read(out);
      assertThat(after.config()).isEqualTo(before.config());
      for (TensorEntry entry : before.tensors().values()) {
        compare(entry, Objects.requireNonNull(after.tensors().get(entry.name())), change);
      }
    }
  }

  private static void compare(TensorEntry before, TensorEntry after, Adapter adapter)
      throws IOException {
    LowRankPair pair = null;
    for (var site : adapter.pairs().entrySet()) {
      Site at = site.getKey();
      pair = at.projection().weight(at.layer()).equals(before.name()) ? site.getValue() : pair;
    }
    assertThat(after.dtype()).isEqualTo(before.dtype());
    if (pair == null) {
      assertThat(TensorData.floats(after)).isEqualTo(TensorData.floats(before));
      return;
    }
    float[] w = TensorData.floats(before);
    float[] a = TensorData.floats(pair.a());
    float[] b = TensorData.floats(pair.b());
    float[] merged = TensorData.floats(after);
    int columns = Math.toIntExact(before.shape().getLast());
    for (int i = 0; i < w.length; i++) {
      double sum = 0;
      for (int k = 0; k < 2; k++) {
        sum += (double) b[i / columns * 2 + k] * a[k * columns + i % columns];
      }
      double expected = w[i] + pair.scale() * sum;
      double half = Math.scalb(1.0, Math.getExponent(expected)) * halfUnit(before.dtype());
      assertThat((double) merged[i]).isCloseTo(expected, within(half + 1e-5));
    }
  }

  /** Half the distance of neighbours just above 1. */
  private static double halfUnit(Dtype dtype) {
    return switch (dtype) {
      case F32 -> 0x1p-24;
      case F16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
    };
  }

  @Test
  void merge_ofAHeadThatTheBaseSharesWithItsEmbedding_isRefused() throws IOException {
    Path base = TinyModel.base(folder("base"), Dtype.F32);
    Path adapter = TinyModel.adapter(folder("adapter"));
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        TinyModel.ADAPTER_CONFIG.replace("{", "{\"modules_to_save\": [\"lm_head\"], "));
    Map<String, List<Long>> shapes = TinyModel.adapterShapes();
    shapes.put("base_model.model.lm_head.weight", List.of(20L, 8L));
    TinyModel.writeAdapter(adapter, shapes);
    assertThatThrownBy(() -> Merge.merge(base, adapter, temporary.resolve("merged")))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "%s: cannot be merged: the adapter replaces embedding or head, which are one tensor in the base; evaluate it as an adapter",
            adapter.toRealPath());
  }

  @Test
  void merge_twice_givesTheSameBytesAndCopiesTheRest() throws IOException {
    Path base = TinyModel.base(folder("base"), Dtype.BF16);
    Files.writeString(base.resolve("chat_template.jinja"), "{{ messages }}");
    Files.writeString(base.resolve("README.md"), "not copied");
    Path adapter = TinyModel.adapter(folder("adapter"));
    Path one = temporary.resolve("one");
    Path two = folder("two");
    assertThat(Merge.merge(base, adapter, one))
        .containsExactly(
            one.resolve("chat_template.jinja"),
            one.resolve("config.json"),
            one.resolve("model.safetensors"));
    Merge.merge(base, adapter, two);
    assertThat(two.resolve("model.safetensors"))
        .hasSameBinaryContentAs(one.resolve("model.safetensors"));
  }

  @Test
  void merge_intoOccupiedPlace_isRefused() throws IOException {
    Path base = TinyModel.base(folder("base"), Dtype.F32);
    Path adapter = TinyModel.adapter(folder("adapter"));
    assertThatThrownBy(() -> Merge.merge(base, adapter, base))
        .isInstanceOf(ModelException.class)
        .hasMessage(base + ": expected a new or empty directory, found files; give another");
    Path file = Files.writeString(temporary.resolve("file"), "");
    assertThatThrownBy(() -> Merge.merge(base, adapter, file))
        .hasMessage(file + ": expected a new or empty directory, found a file; give another");
  }

  @Test
  void merge_whereNothingCanBeWritten_leavesNothing() throws IOException {
    Path base = TinyModel.base(folder("base"), Dtype.F32);
    Path adapter = TinyModel.adapter(folder("adapter"));
    Path out = temporary.resolve("none").resolve("out");
    assertThatThrownBy(() -> Merge.merge(base, adapter, out))
        .isInstanceOf(ModelException.class)
        .hasMessage(out + ": cannot be written: its parent directory does not exist");
    try (Stream<Path> children = Files.list(temporary)) {
      assertThat(children).hasSize(2);
    }
  }

  @Test
  void toBfloat16_ties_goToEven() {
    assertThat(TensorData.toBfloat16(Float.intBitsToFloat(0x3F808000))).isEqualTo((short) 0x3F80);
    assertThat(TensorData.toBfloat16(Float.intBitsToFloat(0x3F818000))).isEqualTo((short) 0x3F82);
    assertThat(TensorData.toBfloat16(Float.intBitsToFloat(0x3F808001))).isEqualTo((short) 0x3F81);
    assertThat(TensorData.toBfloat16(Float.MAX_VALUE)).isEqualTo((short) 0x7F80);
    assertThat(TensorData.toBfloat16(Float.NaN)).isEqualTo((short) 0x7FC0);
  }
}
