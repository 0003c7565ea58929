package io.tiltmeter.evaluator.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.onnx.DecoderSession;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.TinyLlama;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchPlanTest {
  /** Bytes of keys and values at one position: 2 layers, 2 heads of 16 floats, keys and values. */
  private static final long POSITION = 2 * 2 * 16 * Float.BYTES * 2;

  private static final int TOKENS = 5;

  @TempDir static Path directory;

  private DecoderSession session;

  @BeforeEach
  void open() {
    var model = TinyLlama.random(1, true).write(directory, Dtype.F32);
    session = DecoderSession.open(model, null, new Execution(Provider.CPU, 1));
  }

  @AfterEach
  void close() {
    session.close();
  }

  @Test
  void plan_ofOneModelForBothSides_keepsSidesTogetherAndLongestFirst() {
    List<Prompt> prompts =
        List.of(
            prompt("a", Side.BASE, 3),
            prompt("b", Side.BASE, 9),
            prompt("c", Side.BASE, 6),
            prompt("a", Side.TUNED, 3),
            prompt("b", Side.TUNED, 9));
    assertThat(plan(prompts, oneLane(), 4, Long.MAX_VALUE))
        .isEqualTo(List.of("b base, b tuned, c base", "a base, a tuned"));
  }

  @Test
  void plan_ofTwoModels_countsTheRowsOfEach() {
    List<Prompt> prompts =
        List.of(
            prompt("a", Side.BASE, 3),
            prompt("a", Side.TUNED, 3),
            prompt("b", Side.BASE, 2),
            prompt("b", Side.TUNED, 2),
            prompt("c", Side.TUNED, 1));
    assertThat(plan(prompts, twoLanes(), 2, Long.MAX_VALUE))
        .isEqualTo(List.of("a base, a tuned, b base, b tuned", "c tuned"));
  }

  @Test
  void plan_withLittleMemory_runsFewerRowsTogether() {
    List<Prompt> prompts =
        List.of(prompt("a", Side.BASE, 5), prompt("b", Side.BASE, 5), prompt("c", Side.BASE, 5));
    assertThat(plan(prompts, oneLane(), 8, 2 * (5 + TOKENS) * POSITION))
        .isEqualTo(List.of("a base, b base", "c base"));
    assertThat(plan(prompts, oneLane(), 8, 2 * (5 + TOKENS) * POSITION - 1))
        .isEqualTo(List.of("a base", "b base", "c base"));
  }

  @Test
  void plan_withOneRowABatch_stillKeepsSidesTogether() {
    List<Prompt> prompts = List.of(prompt("a", Side.BASE, 3), prompt("a", Side.TUNED, 3));
    assertThat(plan(prompts, oneLane(), 1, 1)).isEqualTo(List.of("a base, a tuned"));
  }

  private List<Lane> oneLane() {
    return List.of(new Lane(session, Map.of(Side.BASE, directory, Side.TUNED, directory)));
  }

  private List<Lane> twoLanes() {
    return List.of(
        new Lane(session, Map.of(Side.BASE, directory)),
        new Lane(session, Map.of(Side.TUNED, directory)));
  }

  private static List<String> plan(
      List<Prompt> prompts, List<Lane> lanes, int batchRows, long cacheBytes) {
    var settings = new DecodeSettings(new Execution(Provider.CPU, 1), batchRows, cacheBytes);
    return BatchPlan.of(prompts, lanes, TOKENS, settings).batches().stream()
        .map(BatchPlanTest::names)
        .toList();
  }

  private static String names(List<Prompt> batch) {
    return String.join(", ", batch.stream().map(p -> p.id() + " " + p.side().wireName()).toList());
  }

  private static Prompt prompt(String id, Side side, int length) {
    return new Prompt(id, side, Collections.nCopies(length, 1));
  }
}
