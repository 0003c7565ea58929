package io.tiltmeter.evaluator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.onnxruntime.OrtException;
import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.AdapterReader;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.CheckpointReader;
import io.tiltmeter.evaluator.checkpoint.Merge;
import io.tiltmeter.evaluator.decode.DecodeSettings;
import io.tiltmeter.evaluator.decode.ModelPair;
import io.tiltmeter.evaluator.decode.Prompt;
import io.tiltmeter.evaluator.decode.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Whole checkpoints against what the transformers library answers, token for token. */
class ArchitectureTest {
  private static final Offset<Double> CLOSE = Offset.offset(1e-4);
  private static final List<String> CASES =
      List.of(
          "llama",
          "llama-bias",
          "mistral",
          "mistral-window",
          "qwen2",
          "qwen2-window",
          "qwen3",
          "qwen3-window",
          "rope-linear",
          "rope-llama3",
          "rope-yarn",
          "rope-yarn-parameters",
          "rope-dynamic",
          "tied-head",
          "gemma2",
          "gemma2-plain",
          "gemma3",
          "gemma3-parameters");
  private static final int ALONE = 4;

  @TempDir Path temporary;

  @TestFactory
  Stream<DynamicTest> logits_ofFirstPrompts_equalTransformers() {
    return each(
        (reference, checkpoint) -> {
          float[][] base = logits(reference, checkpoint, null, "base");
          requireClose(reference.logits("base"), base);
        });
  }

  @TestFactory
  Stream<DynamicTest> logits_ofAdaptedRows_equalPeft() {
    return eachAdapted(
        (reference, checkpoint, adapter) ->
            requireClose(
                reference.logits("tuned"), logits(reference, checkpoint, adapter, "tuned")));
  }

  @TestFactory
  Stream<DynamicTest> answers_ofOneMixedBatch_equalTransformers() {
    return each(
        (reference, checkpoint) -> {
          try (ModelPair pair = ModelPair.ofBase(checkpoint, settings(32))) {
            requireAnswers(reference, pair, 32, Side.BASE);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> answers_ofBaseAndTunedRowsTogether_equalPeft() {
    return eachAdapted(
        (reference, checkpoint, adapter) -> {
          try (ModelPair pair = ModelPair.ofAdapter(checkpoint, adapter, settings(64))) {
            requireAnswers(reference, pair, 32, Side.BASE, Side.TUNED);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> answers_ofMergedModels_equalPeft() {
    return eachAdapted(
        (reference, checkpoint, adapter) -> {
          if (checkpoint.config().tiedEmbeddings() && !adapter.replaced().isEmpty()) {
            return;
          }
          Path out = Files.createTempDirectory(temporary, "merged");
          Merge.merge(checkpoint.directory(), adapter.directory(), out);
          Checkpoint merged = CheckpointReader.read(out);
          try (ModelPair pair = ModelPair.ofModels(checkpoint, merged, settings(32))) {
            requireAnswers(reference, pair, 32, Side.TUNED);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> answers_ofPromptsAlone_areThoseOfTheBatch() {
    return each(
        (reference, checkpoint) -> {
          try (ModelPair pair = ModelPair.ofBase(checkpoint, settings(1))) {
            requireAnswers(reference, pair, ALONE, Side.BASE);
          }
        });
  }

  @Test
  void answers_ofShards_equalTransformers() throws IOException {
    ArchitectureCase reference = ArchitectureCase.read("qwen3");
    Path model = Files.createDirectory(temporary.resolve("shards"));
    reference.writeShards(model, 3);
    Checkpoint checkpoint = CheckpointReader.read(model);
    assertThat(checkpoint.tensors().values().stream().map(entry -> entry.file()).distinct())
        .hasSize(3);
    try (ModelPair pair = ModelPair.ofBase(checkpoint, settings(32))) {
      requireAnswers(reference, pair, 32, Side.BASE);
    }
  }

  private interface ModelTest {
    void run(ArchitectureCase reference, Checkpoint checkpoint) throws OrtException, IOException;
  }

  private interface AdapterTest {
    void run(ArchitectureCase reference, Checkpoint checkpoint, Adapter adapter)
        throws OrtException, IOException;
  }

  private Stream<DynamicTest> each(ModelTest test) {
    return CASES.stream()
        .map(name -> dynamicTest(name, () -> run(ArchitectureCase.read(name), test)));
  }

  private Stream<DynamicTest> eachAdapted(AdapterTest test) {
    return each(
        (reference, checkpoint) -> {
          if (reference.hasAdapter()) {
            Path folder = Files.createTempDirectory(temporary, "adapter");
            reference.writeAdapter(folder);
            test.run(reference, checkpoint, AdapterReader.read(folder, checkpoint));
          }
        });
  }

  private void run(ArchitectureCase reference, ModelTest test) throws OrtException, IOException {
    Path folder = Files.createTempDirectory(temporary, reference.name());
    reference.writeModel(folder);
    test.run(reference, CheckpointReader.read(folder));
  }

  private static DecodeSettings settings(int rows) {
    return new DecodeSettings(new Execution(Provider.CPU, 1), rows, 64L << 20);
  }

  private static float[][] logits(
      ArchitectureCase reference, Checkpoint checkpoint, @Nullable Adapter adapter, String side)
      throws OrtException {
    List<List<Integer>> prompts = reference.prompts().subList(0, reference.logits(side).size());
    boolean[] adapted = new boolean[prompts.size()];
    Arrays.fill(adapted, true);
    return FirstLogits.of(checkpoint, adapter, prompts, adapted);
  }

  private static void requireClose(List<List<Double>> expected, float[][] found) {
    assertThat(expected).hasSize(found.length).isNotEmpty();
    for (int row = 0; row < found.length; row++) {
      assertThat(found[row]).hasSize(expected.get(row).size());
      for (int token = 0; token < found[row].length; token++) {
        assertThat((double) found[row][token])
            .as("row %d token %d", row, token)
            .isCloseTo(expected.get(row).get(token), CLOSE);
      }
    }
  }

  private static void requireAnswers(
      ArchitectureCase reference, ModelPair pair, int count, Side... sides) {
    List<Prompt> prompts = new ArrayList<>();
    Map<String, List<Integer>> expected = new HashMap<>();
    for (Side side : sides) {
      List<List<Integer>> answers = reference.answers(side.wireName());
      for (int i = 0; i < count; i++) {
        prompts.add(new Prompt("p" + i, side, reference.prompts().get(i)));
        expected.put("p" + i + side, answers.get(i));
      }
    }
    int length = reference.answers("base").getFirst().size();
    Map<String, List<Integer>> found = new HashMap<>();
    pair.generate(
        prompts, length, answer -> found.put(answer.id() + answer.side(), answer.tokens()));
    assertThat(found).isEqualTo(expected);
  }
}
