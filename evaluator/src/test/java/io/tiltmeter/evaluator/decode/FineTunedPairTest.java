package io.tiltmeter.evaluator.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.FineTune;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.TinyLlama;
import io.tiltmeter.evaluator.onnx.WeightFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A base and a whole fine-tune that left most of it as it was. */
class FineTunedPairTest {
  private static final int TOKENS = 10;

  @TempDir Path baseDirectory;
  @TempDir Path tunedDirectory;

  @ParameterizedTest
  @EnumSource
  void generate_ofBothTogether_givesTheTokensOfEachAlone(WeightFormat format) {
    assumeTrue(format.isExactHere(), "this processor rounds its products");
    TinyLlama model = TinyLlama.random(21, true);
    var some = model.randomAdapter(8, List.of(Projection.Q, Projection.DOWN));
    Checkpoint base = model.write(baseDirectory, Dtype.F32);
    Checkpoint tuned = model.merged(some).write(tunedDirectory, Dtype.F32);
    assertThat(FineTune.changes(base, tuned)).isPresent();
    List<Prompt> baseSide = prompts(12, Side.BASE);
    List<Prompt> tunedSide = prompts(9, Side.TUNED);
    Map<String, List<Integer>> alone = new HashMap<>();
    try (ModelPair one = ModelPair.ofBase(base, settings(format, 8));
        ModelPair other = ModelPair.ofTuned(tuned, settings(format, 8))) {
      alone.putAll(answers(one, baseSide));
      alone.putAll(answers(other, tunedSide));
    }
    List<Prompt> both = new ArrayList<>(baseSide);
    both.addAll(tunedSide);
    for (int rows : new int[] {1, 3, 40}) {
      try (ModelPair pair = ModelPair.ofModels(base, tuned, settings(format, rows))) {
        assertThat(answers(pair, both)).as("%d rows", rows).isEqualTo(alone);
      }
    }
  }

  private static DecodeSettings settings(WeightFormat format, int rows) {
    return new DecodeSettings(new Execution(Provider.CPU, 2, format), rows, 64L << 20);
  }

  private static List<Prompt> prompts(int count, Side side) {
    Random random = new Random(5);
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = 1 + random.nextInt(30);
      prompts.add(new Prompt("p" + i, side, random.ints(length, 0, 64).boxed().toList()));
    }
    return prompts;
  }

  private static Map<String, List<Integer>> answers(ModelPair pair, List<Prompt> prompts) {
    Map<String, List<Integer>> answers = new HashMap<>();
    pair.generate(
        prompts,
        TOKENS,
        answer -> answers.put(answer.id() + " of " + answer.side(), answer.tokens()));
    assertThat(answers).hasSameSizeAs(prompts);
    return answers;
  }
}
