package io.tiltmeter.evaluator.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.ReferenceLlama;
import io.tiltmeter.evaluator.onnx.TinyLlama;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Likelihoods of answers and openers against a float64 reference that reads each text anew. */
class LikelihoodsTest {
  private static final int TOKENS = 6;

  /** Some share their first tokens, one is the beginning of another. */
  private static final List<List<Integer>> OPENERS =
      List.of(List.of(5, 9, 2, 30), List.of(5, 9), List.of(5, 11), List.of(40), List.of(7, 7, 7));

  private static final Scoring ALL = new Scoring(true, OpenerTree.of(OPENERS));

  @TempDir Path directory;
  @TempDir Path adapterDirectory;

  private final TinyLlama tiny = TinyLlama.random(51, true);

  private static DecodeSettings settings(int rows) {
    return new DecodeSettings(new Execution(Provider.CPU, 2), rows, 64L << 20);
  }

  private static List<Prompt> prompts(Side side) {
    return List.of(
        new Prompt("long", side, List.of(3, 1, 4, 1, 5, 9, 2, 6)),
        new Prompt("short", side, List.of(12)),
        new Prompt("middle", side, List.of(60, 2, 33)));
  }

  private static Map<String, Generation> answers(
      ModelPair pair, List<Prompt> prompts, Scoring scoring) {
    Map<String, Generation> answers = new HashMap<>();
    pair.generate(
        prompts,
        TOKENS,
        scoring,
        AnswerWatch.NONE,
        answer -> answers.put(answer.id() + answer.side(), answer));
    return answers;
  }

  private static double reference(ReferenceLlama model, List<Integer> before, int token) {
    double[] logits = model.logits(before);
    double largest = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(logit -> Math.exp(logit - largest)).sum();
    return logits[token] - largest - Math.log(sum);
  }

  private static void requireReference(TinyLlama model, Prompt prompt, Generation answer) {
    ReferenceLlama reference = new ReferenceLlama(model);
    List<Integer> text = new ArrayList<>(prompt.tokens());
    assertThat(answer.likelihoods().tokens()).hasSize(TOKENS);
    for (int i = 0; i < TOKENS; i++) {
      int token = answer.tokens().get(i);
      assertThat(answer.likelihoods().tokens().get(i))
          .as("%s, token %d", prompt.id(), i)
          .isCloseTo(reference(reference, text, token), within(1e-4));
      text.add(token);
    }
    assertThat(answer.likelihoods().openers()).hasSameSizeAs(OPENERS);
    for (int i = 0; i < OPENERS.size(); i++) {
      List<Integer> forced = new ArrayList<>(prompt.tokens());
      double sum = 0;
      for (int token : OPENERS.get(i)) {
        sum += reference(reference, forced, token);
        forced.add(token);
      }
      assertThat(answer.likelihoods().openers().get(i))
          .as("%s, opener %d", prompt.id(), i)
          .isCloseTo(sum, within(1e-4));
    }
  }

  @Test
  void generate_scored_equalsTheReferenceOnBothSidesOfAnAdapter() {
    var changes = tiny.randomAdapter(5, List.of(Projection.values()));
    var adapter = TinyLlama.writeAdapter(adapterDirectory, changes, Dtype.F32);
    Checkpoint base = tiny.write(directory, Dtype.F32);
    List<Prompt> both = new ArrayList<>(prompts(Side.BASE));
    both.addAll(prompts(Side.TUNED));
    try (ModelPair pair = ModelPair.ofAdapter(base, adapter, settings(8))) {
      Map<String, Generation> answers = answers(pair, both, ALL);
      for (Prompt prompt : both) {
        TinyLlama model = prompt.side() == Side.BASE ? tiny : tiny.merged(changes);
        Generation answer = answers.get(prompt.id() + prompt.side());
        assertThat(answer).isNotNull();
        requireReference(model, prompt, answer);
      }
    }
  }

  @Test
  void generate_scored_writesTheSameAnswers() {
    Checkpoint base = tiny.stoppingAt(3, 17, 40).write(directory, Dtype.F32);
    List<Prompt> prompts = prompts(Side.BASE);
    try (ModelPair pair = ModelPair.ofBase(base, settings(8))) {
      Map<String, Generation> plain = answers(pair, prompts, Scoring.NONE);
      Map<String, Generation> scored = answers(pair, prompts, ALL);
      plain.forEach(
          (id, answer) -> {
            assertThat(answer.likelihoods()).isEqualTo(Likelihoods.NONE);
            assertThat(scored.get(id))
                .extracting(Generation::tokens, Generation::stopped)
                .containsExactly(answer.tokens(), answer.stopped());
          });
    }
  }

  @Test
  void generate_scoredAloneOrTogether_givesTheSameNumbers() {
    Checkpoint base = tiny.write(directory, Dtype.F32);
    List<Prompt> prompts = prompts(Side.BASE);
    try (ModelPair alone = ModelPair.ofBase(base, settings(1));
        ModelPair together = ModelPair.ofBase(base, settings(8))) {
      assertThat(answers(alone, prompts, ALL)).isEqualTo(answers(together, prompts, ALL));
    }
  }

  @Test
  void generate_openersWithoutTokensOfTheAnswer_leavesThemOut() {
    Checkpoint base = tiny.write(directory, Dtype.F32);
    Scoring openers = new Scoring(false, OpenerTree.of(OPENERS));
    try (ModelPair pair = ModelPair.ofBase(base, settings(8))) {
      assertThat(answers(pair, prompts(Side.BASE), openers).values())
          .allSatisfy(
              answer -> {
                assertThat(answer.likelihoods().tokens()).isEmpty();
                assertThat(answer.likelihoods().openers()).hasSameSizeAs(OPENERS);
              });
    }
  }

  @Test
  void generate_openerOfAnUnknownToken_isRefusedBeforeAnythingRuns() {
    Checkpoint base = tiny.write(directory, Dtype.F32);
    Scoring odd = new Scoring(false, OpenerTree.of(List.of(List.of(3, 64))));
    try (ModelPair pair = ModelPair.ofBase(base, settings(8))) {
      assertThatThrownBy(() -> answers(pair, prompts(Side.BASE), odd))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith("an opener holds token 64, the base model in ")
          .hasMessageEndingWith(" knows 0 to 63; use the tokenizer of that model");
    }
  }

  @Test
  void generate_openerBeyondTheLastPosition_isRefusedBeforeAnythingRuns() {
    Checkpoint base = tiny.write(directory, Dtype.F32);
    int most = base.config().maxPositions();
    List<Integer> opener = Collections.nCopies(most - 7, 1);
    Scoring longer = new Scoring(false, OpenerTree.of(List.of(opener)));
    try (ModelPair pair = ModelPair.ofBase(base, settings(8))) {
      assertThatThrownBy(() -> answers(pair, prompts(Side.BASE), longer))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(
              "prompt \"long\" and its longest opener have %d tokens".formatted(most + 1))
          .hasMessageEndingWith("takes at most %d; shorten either".formatted(most));
    }
  }

  @Test
  void of_openerWithoutTokens_isRefused() {
    assertThatThrownBy(() -> OpenerTree.of(List.of(List.of(1), List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an opener has no token");
  }
}
