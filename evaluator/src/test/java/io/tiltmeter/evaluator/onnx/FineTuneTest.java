package io.tiltmeter.evaluator.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.CheckpointReader;
import io.tiltmeter.evaluator.checkpoint.FineTune;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole fine-tunes that share a session with their base. */
class FineTuneTest {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final Predicate<String> SOME =
      name -> name.startsWith("model.layers.1.") || name.equals("model.norm.weight");

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(
      strings = {"llama-bias", "mistral-window", "qwen2", "qwen3-window", "tied-head", "gemma3"})
  void logits_ofEachSide_areTheBitsOfThatModelAlone(String name) throws Exception {
    Predicate<String> ends = tensor -> tensor.equals(EMBEDDING) || tensor.equals("lm_head.weight");
    requireSameBits(name, WeightFormat.FLOAT32, SOME.or(ends));
  }

  @ParameterizedTest
  @EnumSource
  void logits_inEachFormat_areTheBitsOfThatModelAlone(WeightFormat format) throws Exception {
    requireSameBits("llama", format, SOME);
    requireSameBits("qwen2", format, EMBEDDING::equals);
  }

  @Test
  void changes_ofAFineTune_areTheTensorsWithOtherBytes() throws IOException {
    Checkpoint base = base("llama");
    Set<String> some = Set.of("model.layers.2.mlp.up_proj.weight", "model.norm.weight");
    Adapter changes = FineTune.changes(base, tuned(base, some::contains)).orElseThrow();
    assertThat(changes.replaced()).containsOnlyKeys(some);
    assertThat(changes.pairs()).isEmpty();
  }

  @Test
  void changes_ofATiedEmbedding_areItsHeadToo() throws IOException {
    Checkpoint base = base("qwen2");
    assertThat(FineTune.changes(base, tuned(base, EMBEDDING::equals)).orElseThrow().replaced())
        .containsOnlyKeys(EMBEDDING, "lm_head.weight");
  }

  @Test
  void changes_whereLittleIsShared_areNotTakenTogether() throws IOException {
    Checkpoint base = base("llama");
    assertThat(FineTune.changes(base, tuned(base, name -> !name.equals("lm_head.weight"))))
        .isEmpty();
  }

  @Test
  void changes_ofAnotherConfiguration_areNotTakenTogether() throws IOException {
    Checkpoint base = base("llama");
    Checkpoint tuned = tuned(base, SOME);
    Path config = tuned.directory().resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"rope_theta\": 1", "\"rope_theta\": 2"));
    assertThat(FineTune.changes(base, CheckpointReader.read(tuned.directory()))).isEmpty();
  }

  private void requireSameBits(String name, WeightFormat format, Predicate<String> changed)
      throws IOException, OrtException {
    Checkpoint base = base(name);
    Checkpoint tuned = tuned(base, changed);
    Adapter changes = FineTune.changes(base, tuned).orElseThrow();
    List<List<Integer>> prompts = ArchitectureCase.read(name).prompts().subList(0, 5);
    boolean[] adapted = {true, false, true, true, false};
    float[][] together = FirstLogits.of(format, base, changes, prompts, adapted);
    float[][] baseAlone = FirstLogits.of(format, base, null, prompts);
    float[][] tunedAlone = FirstLogits.of(format, tuned, null, prompts);
    for (int row = 0; row < adapted.length; row++) {
      assertThat(together[row])
          .as("row %d of %s", row, name)
          .containsExactly(adapted[row] ? tunedAlone[row] : baseAlone[row]);
      assertThat(tunedAlone[row]).isNotEqualTo(baseAlone[row]);
    }
  }

  private Checkpoint base(String name) throws IOException {
    Path directory = Files.createTempDirectory(temporary, "base");
    ArchitectureCase.read(name).writeModel(directory);
    return CheckpointReader.read(directory);
  }

  /** A copy, in a folder of its own, whose chosen tensors are a quarter larger. */
  private Checkpoint tuned(Checkpoint base, Predicate<String> changed) throws IOException {
    Path directory = Files.createTempDirectory(temporary, "tuned");
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(base.directory().resolve(file), directory.resolve(file));
    }
    for (TensorEntry entry : CheckpointReader.read(directory).tensors().values()) {
      if (changed.test(entry.name())) {
        enlarge(entry);
      }
    }
    return CheckpointReader.read(directory);
  }

  private static void enlarge(TensorEntry entry) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.length()).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel =
        FileChannel.open(entry.file(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      assertThat(channel.read(bytes, entry.offset())).isEqualTo(bytes.capacity());
      for (int at = 0; at < bytes.capacity(); at += Float.BYTES) {
        bytes.putFloat(at, 1.25f * bytes.getFloat(at));
      }
      assertThat(channel.write(bytes.flip(), entry.offset())).isEqualTo(bytes.capacity());
    }
  }
}
