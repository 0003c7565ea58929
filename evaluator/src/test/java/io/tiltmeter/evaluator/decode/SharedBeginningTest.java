package io.tiltmeter.evaluator.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Adapter.Site;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.ReferenceLlama;
import io.tiltmeter.evaluator.onnx.TinyLlama;
import io.tiltmeter.evaluator.onnx.TinyLlama.LowRank;
import io.tiltmeter.evaluator.onnx.WeightFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prompts with a long beginning in common, which is read once for all of them. */
class SharedBeginningTest {
  private static final int TOKENS = 8;

  @TempDir Path directory;
  @TempDir Path adapterDirectory;

  private final TinyLlama tiny = TinyLlama.random(61, true);
  private final Map<Site, LowRank> changes = tiny.randomAdapter(7, List.of(Projection.values()));

  /** Two beginnings, in turn with prompts that share nothing; the last is all beginning. */
  private static List<Prompt> prompts() {
    Random random = new Random(11);
    List<Integer> one = tokens(random, 70);
    List<Integer> other = tokens(random, 90);
    List<Prompt> prompts = new ArrayList<>();
    for (Side side : Side.values()) {
      for (int i = 0; i < 9; i++) {
        List<Integer> beginning = i % 3 == 0 ? List.of() : i % 3 == 1 ? one : other;
        List<Integer> whole = new ArrayList<>(beginning);
        whole.addAll(tokens(random, 1 + 3 * i));
        prompts.add(new Prompt("p" + i, side, whole, beginning.size()));
      }
      prompts.add(new Prompt("all", side, one, one.size()));
    }
    return prompts;
  }

  private static List<Integer> tokens(Random random, int count) {
    return random.ints(count, 0, 64).boxed().toList();
  }

  private static Map<String, Generation> answers(
      Checkpoint model, Adapter adapter, WeightFormat format, int rows, List<List<Prompt>> calls) {
    DecodeSettings settings =
        new DecodeSettings(new Execution(Provider.CPU, 2, format), rows, 64L << 20);
    Map<String, Generation> answers = new HashMap<>();
    try (ModelPair pair = ModelPair.ofAdapter(model, adapter, settings)) {
      for (List<Prompt> prompts : calls) {
        pair.generate(prompts, TOKENS, answer -> answers.put(answer.id() + answer.side(), answer));
      }
    }
    return answers;
  }

  private Adapter adapter() {
    return TinyLlama.writeAdapter(adapterDirectory, changes, Dtype.F32);
  }

  @Test
  void generate_sharedBeginnings_equalsTheReferenceOnBothSides() {
    Checkpoint model = tiny.write(directory, Dtype.F32);
    Map<String, Generation> answers =
        answers(model, adapter(), WeightFormat.FLOAT32, 8, List.of(prompts()));
    ReferenceLlama base = new ReferenceLlama(tiny);
    ReferenceLlama tuned = new ReferenceLlama(tiny.merged(changes));
    for (Prompt prompt : prompts()) {
      ReferenceLlama reference = prompt.side() == Side.BASE ? base : tuned;
      Generation answer = answers.get(prompt.id() + prompt.side());
      assertThat(answer).as(prompt.id()).isNotNull();
      assertThat(answer.tokens())
          .as("%s of %s", prompt.id(), prompt.side())
          .isEqualTo(reference.answer(prompt.tokens(), TOKENS));
    }
  }

  @ParameterizedTest
  @EnumSource
  void generate_sharedBeginnings_givesTheSameTokensAloneOrInAnyBatch(WeightFormat format) {
    assumeTrue(format.isExactHere(), "this processor rounds its products");
    Checkpoint model = tiny.write(directory, Dtype.F32);
    Adapter adapter = adapter();
    List<List<Prompt>> oneByOne = prompts().stream().map(List::of).toList();
    Map<String, Generation> alone = answers(model, adapter, format, 8, oneByOne);
    for (int rows : new int[] {1, 3, 40}) {
      assertThat(answers(model, adapter, format, rows, List.of(prompts())))
          .as("%d rows", rows)
          .isEqualTo(alone);
    }
  }
}
