package io.tiltmeter.evaluator.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.ReferenceLlama;
import io.tiltmeter.evaluator.onnx.TinyLlama;
import io.tiltmeter.evaluator.onnx.WeightFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers against a float64 reference, and how generation ends. */
class ModelPairTest {
  private static final DecodeSettings SETTINGS =
      new DecodeSettings(new Execution(Provider.CPU, 1), 8, 64L << 20);
  private static final int TOKENS = 10;

  @TempDir Path baseDirectory;
  @TempDir Path tunedDirectory;

  private final TinyLlama base = TinyLlama.random(21, true);

  @Test
  void generate_baseAlone_equalsTheReference() {
    List<Prompt> prompts = prompts(30, Side.BASE);
    try (ModelPair pair = ModelPair.ofBase(write(base), SETTINGS)) {
      requireReference(base, prompts, answers(pair, prompts));
    }
  }

  @Test
  void generate_withAdapter_answersBaseRowsAsBaseAndTunedRowsAsMerged() {
    var changes = base.randomAdapter(5, List.of(Projection.values()));
    var adapter = TinyLlama.writeAdapter(tunedDirectory, changes, Dtype.F32);
    List<Prompt> baseSide = prompts(12, Side.BASE);
    List<Prompt> tunedSide = prompts(12, Side.TUNED);
    try (ModelPair pair = ModelPair.ofAdapter(write(base), adapter, SETTINGS)) {
      Map<String, Generation> answers = answers(pair, joined(baseSide, tunedSide));
      requireReference(base, baseSide, answers);
      requireReference(base.merged(changes), tunedSide, answers);
    }
  }

  @Test
  void generate_withAdapterStoredInHalfWidth_equalsTheMergedModel() {
    var changes = base.randomAdapter(6, List.of(Projection.K, Projection.GATE));
    List<Prompt> prompts = prompts(4, Side.TUNED);
    for (Dtype dtype : new Dtype[] {Dtype.F16, Dtype.BF16}) {
      var adapter = TinyLlama.writeAdapter(tunedDirectory, changes, dtype);
      TinyLlama merged = base.merged(TinyLlama.rounded(changes, dtype));
      try (ModelPair pair = ModelPair.ofAdapter(write(base), adapter, SETTINGS)) {
        requireReference(merged, prompts, answers(pair, prompts));
      }
    }
  }

  @Test
  void generate_withTwoCheckpoints_answersEachSideWithItsModel() {
    TinyLlama tuned = TinyLlama.random(22, false);
    List<Prompt> baseSide = prompts(10, Side.BASE);
    List<Prompt> tunedSide = prompts(10, Side.TUNED);
    Checkpoint second = tuned.write(tunedDirectory, Dtype.F32);
    try (ModelPair pair = ModelPair.ofModels(write(base), second, SETTINGS)) {
      Map<String, Generation> answers = answers(pair, joined(baseSide, tunedSide));
      requireReference(base, baseSide, answers);
      requireReference(tuned, tunedSide, answers);
    }
  }

  @Test
  void generate_baseAgainstItself_answersAlike() {
    Checkpoint same = write(base);
    List<Prompt> both = joined(prompts(9, Side.BASE), prompts(9, Side.TUNED));
    try (ModelPair pair = ModelPair.ofModels(same, same, SETTINGS)) {
      Map<String, Generation> answers = answers(pair, both);
      for (Prompt prompt : prompts(9, Side.BASE)) {
        assertThat(answer(answers, prompt.id(), Side.TUNED).tokens())
            .isEqualTo(answer(answers, prompt.id(), Side.BASE).tokens());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void generate_aloneOrInAnyBatch_givesTheSameTokens(WeightFormat format) {
    assumeTrue(format.isExactHere(), "this processor rounds its products");
    var changes = base.randomAdapter(7, List.of(Projection.values()));
    var adapter = TinyLlama.writeAdapter(tunedDirectory, changes, Dtype.F32);
    List<Prompt> prompts = joined(prompts(20, Side.BASE), prompts(20, Side.TUNED));
    Checkpoint model = write(base.stoppingAt(3, 17, 40));
    Map<String, Generation> alone = new HashMap<>();
    try (ModelPair pair = ModelPair.ofAdapter(model, adapter, settings(format, 8))) {
      prompts.forEach(prompt -> alone.putAll(answers(pair, List.of(prompt))));
    }
    for (int rows : new int[] {1, 3, 40}) {
      try (ModelPair pair = ModelPair.ofAdapter(model, adapter, settings(format, rows))) {
        assertThat(answers(pair, prompts)).as("%d rows", rows).isEqualTo(alone);
      }
    }
  }

  private static DecodeSettings settings(WeightFormat format, int rows) {
    return new DecodeSettings(new Execution(Provider.CPU, 2, format), rows, 64L << 20);
  }

  /** More tokens than one prefill run takes, so the batch is read in parts. */
  @Test
  void generate_withALargeBatch_givesTheTokensOfSmallOnes() {
    List<Prompt> prompts = prompts(300, Side.BASE);
    Checkpoint model = write(base);
    DecodeSettings large = new DecodeSettings(new Execution(Provider.CPU, 2), 300, 64L << 20);
    try (ModelPair small = ModelPair.ofBase(model, SETTINGS);
        ModelPair one = ModelPair.ofBase(model, large)) {
      assertThat(answers(one, prompts)).isEqualTo(answers(small, prompts));
    }
  }

  @Test
  void generate_withMemoryForOneRow_stillAnswersAll() {
    List<Prompt> prompts = prompts(5, Side.BASE);
    DecodeSettings tight = new DecodeSettings(new Execution(Provider.CPU, 1), 8, 1);
    try (ModelPair pair = ModelPair.ofBase(write(base), tight)) {
      requireReference(base, prompts, answers(pair, prompts));
    }
  }

  @Test
  void generate_atAStopToken_endsBeforeIt() {
    List<Integer> tokens = List.of(4, 8, 15);
    List<Integer> whole = new ReferenceLlama(base).answer(tokens, TOKENS);
    int stop = whole.get(4);
    try (ModelPair pair = ModelPair.ofBase(write(base.stoppingAt(stop, 63)), SETTINGS)) {
      Generation answer = only(pair, new Prompt("a", Side.BASE, tokens), TOKENS);
      assertThat(answer.tokens()).isEqualTo(whole.subList(0, whole.indexOf(stop)));
      assertThat(answer.stopped()).isEqualTo(Stopped.EOS);
    }
  }

  @Test
  void generate_atTheTokenCap_endsThere() {
    try (ModelPair pair = ModelPair.ofBase(write(base), SETTINGS)) {
      Generation answer = only(pair, new Prompt("a", Side.BASE, List.of(1)), 1);
      assertThat(answer.tokens()).hasSize(1);
      assertThat(answer.stopped()).isEqualTo(Stopped.LENGTH);
    }
  }

  @Test
  void generate_whereTheWatchHasEnough_endsThatAnswerOnlyAndChangesNoToken() {
    int cap = AnswerWatch.FEWEST + 2 * AnswerWatch.LOOK_EVERY;
    List<Prompt> prompts =
        List.of(new Prompt("a", Side.BASE, List.of(1)), new Prompt("b", Side.BASE, List.of(2, 3)));
    try (ModelPair pair = ModelPair.ofBase(write(base), SETTINGS)) {
      Map<String, Generation> whole = new HashMap<>();
      pair.generate(prompts, cap, answer -> whole.put(key(answer.id(), answer.side()), answer));
      Map<String, Generation> cut = new HashMap<>();
      AnswerWatch watch =
          (prompt, begun) -> prompt.id().equals("a") && begun.size() > AnswerWatch.firstLook(cap);
      pair.generate(
          prompts, cap, watch, answer -> cut.put(key(answer.id(), answer.side()), answer));
      Generation begun = answer(cut, "a", Side.BASE);
      assertThat(begun.stopped()).isEqualTo(Stopped.DECIDED);
      assertThat(begun.tokens())
          .isEqualTo(
              answer(whole, "a", Side.BASE)
                  .tokens()
                  .subList(0, AnswerWatch.FEWEST + AnswerWatch.LOOK_EVERY));
      assertThat(answer(cut, "b", Side.BASE)).isEqualTo(answer(whole, "b", Side.BASE));
    }
  }

  @Test
  void generate_atTheLastPosition_endsThere() {
    List<Integer> tokens = prompt(new Random(1), TinyLlama.POSITIONS - 3);
    try (ModelPair pair = ModelPair.ofBase(write(base), SETTINGS)) {
      Generation answer = only(pair, new Prompt("a", Side.BASE, tokens), TOKENS);
      assertThat(answer.tokens()).isEqualTo(new ReferenceLlama(base).answer(tokens, 3));
      assertThat(answer.stopped()).isEqualTo(Stopped.LENGTH);
    }
  }

  @Test
  void generate_withAPromptTooLong_namesItAndRunsNothing() {
    Checkpoint model = write(base);
    List<Prompt> prompts =
        List.of(
            new Prompt("short", Side.BASE, List.of(1)),
            new Prompt("long", Side.BASE, prompt(new Random(1), TinyLlama.POSITIONS)));
    List<Generation> answers = new ArrayList<>();
    try (ModelPair pair = ModelPair.ofBase(model, SETTINGS)) {
      assertThatThrownBy(() -> pair.generate(prompts, TOKENS, answers::add))
          .isInstanceOf(ModelException.class)
          .hasMessage(
              "prompt \"long\" has %d tokens, the base model in %s takes at most %d and one answer token; shorten the prompt",
              TinyLlama.POSITIONS, model.directory(), TinyLlama.POSITIONS - 1);
    }
    assertThat(answers).isEmpty();
  }

  @Test
  void generate_withATokenBeyondTheVocabulary_namesIt() {
    Checkpoint model = write(base);
    Prompt prompt = new Prompt("a", Side.BASE, List.of(1, 64));
    try (ModelPair pair = ModelPair.ofBase(model, SETTINGS)) {
      assertThatThrownBy(() -> only(pair, prompt, TOKENS))
          .isInstanceOf(ModelException.class)
          .hasMessage(
              "prompt \"a\" holds token 64, the base model in %s knows 0 to 63; use the tokenizer of that model",
              model.directory());
    }
  }

  @Test
  void generate_withATunedPromptForABaseAlone_isRefused() {
    Prompt prompt = new Prompt("a", Side.TUNED, List.of(1));
    try (ModelPair pair = ModelPair.ofBase(write(base), SETTINGS)) {
      assertThatThrownBy(() -> only(pair, prompt, TOKENS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("prompt \"a\" is for the tuned model, which was not loaded");
    }
  }

  @Test
  void generate_withOnePromptTwice_isRefused() {
    Prompt prompt = new Prompt("a", Side.BASE, List.of(1));
    try (ModelPair pair = ModelPair.ofBase(write(base), SETTINGS)) {
      assertThatThrownBy(() -> answers(pair, List.of(prompt, prompt)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("prompt \"a\" is given twice for the base model");
    }
  }

  @Test
  void generate_whereTheTunedModelGivesNan_namesItsSideAndStep() {
    Checkpoint broken =
        base.with("model.norm.weight", TinyLlama.vector(base.config().hidden(), Float.NaN))
            .write(tunedDirectory, Dtype.F32);
    List<Prompt> both = joined(prompts(1, Side.BASE), prompts(1, Side.TUNED));
    try (ModelPair pair = ModelPair.ofModels(write(base), broken, SETTINGS)) {
      assertThatThrownBy(() -> answers(pair, both))
          .isInstanceOf(ModelException.class)
          .hasMessage(
              "tuned model in %s gave NaN or Infinity at token 1 of its answer to prompt \"p0\"; expected finite logits, train or export it again",
              broken.directory());
    }
  }

  @Test
  void generate_whereAnAdapterOverflows_leavesTheBaseRowsAlone() {
    var huge = TinyLlama.scaled(base.randomAdapter(7, List.of(Projection.Q)), 3e37f);
    var adapter = TinyLlama.writeAdapter(tunedDirectory, huge, Dtype.F32);
    List<Prompt> baseSide = prompts(2, Side.BASE);
    Map<String, Generation> answers = new HashMap<>();
    try (ModelPair pair = ModelPair.ofAdapter(write(base), adapter, SETTINGS)) {
      requireReference(base, baseSide, answers(pair, baseSide));
      assertThatThrownBy(
              () ->
                  pair.generate(
                      joined(baseSide, prompts(2, Side.TUNED)),
                      TOKENS,
                      answer -> answers.put(key(answer.id(), answer.side()), answer)))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith(
              "tuned model in " + adapter.directory() + " gave NaN or Infinity");
    }
  }

  @Test
  void generate_onAnInterruptedThread_stopsAndStaysInterrupted() {
    try (ModelPair pair = ModelPair.ofBase(write(base), SETTINGS)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> only(pair, new Prompt("a", Side.BASE, List.of(1)), TOKENS))
          .isInstanceOf(CancellationException.class)
          .hasMessage("generation was interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void generate_withoutPrompts_doesNothing() {
    try (ModelPair pair = ModelPair.ofBase(write(base), SETTINGS)) {
      assertThat(answers(pair, List.of())).isEmpty();
    }
  }

  @Test
  void close_twice_doesNothingMore() {
    ModelPair pair = ModelPair.ofBase(write(base), SETTINGS);
    pair.close();
    pair.close();
  }

  private Checkpoint write(TinyLlama model) {
    return model.write(baseDirectory, Dtype.F32);
  }

  /** Lengths from 1 to 30, the same tokens for both sides. */
  private static List<Prompt> prompts(int count, Side side) {
    Random random = new Random(77);
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add(new Prompt("p" + i, side, prompt(random, 1 + random.nextInt(30))));
    }
    return prompts;
  }

  private static List<Integer> prompt(Random random, int length) {
    return random.ints(length, 0, 64).boxed().toList();
  }

  private static List<Prompt> joined(List<Prompt> some, List<Prompt> more) {
    List<Prompt> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  private static Generation only(ModelPair pair, Prompt prompt, int maxTokens) {
    List<Generation> answers = new ArrayList<>();
    pair.generate(List.of(prompt), maxTokens, answers::add);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  private static Map<String, Generation> answers(ModelPair pair, List<Prompt> prompts) {
    Map<String, Generation> answers = new HashMap<>();
    pair.generate(
        prompts,
        TOKENS,
        answer -> assertThat(answers.put(key(answer.id(), answer.side()), answer)).isNull());
    assertThat(answers).hasSameSizeAs(prompts);
    return answers;
  }

  private static Generation answer(Map<String, Generation> answers, String id, Side side) {
    Generation answer = answers.get(key(id, side));
    if (answer == null) {
      throw new AssertionError("no answer to " + id + " of " + side);
    }
    return answer;
  }

  private static String key(String id, Side side) {
    return id + " " + side;
  }

  private static void requireReference(
      TinyLlama model, List<Prompt> prompts, Map<String, Generation> answers) {
    ReferenceLlama reference = new ReferenceLlama(model);
    for (Prompt prompt : prompts) {
      Generation answer = answer(answers, prompt.id(), prompt.side());
      assertThat(answer.tokens())
          .as("%s of %s", prompt.id(), prompt.side())
          .isEqualTo(reference.answer(prompt.tokens(), TOKENS));
      assertThat(answer.stopped()).isEqualTo(Stopped.LENGTH);
    }
  }
}
