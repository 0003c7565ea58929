package io.tiltmeter.evaluator.bench;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.ModelRunner;
import io.tiltmeter.evaluator.runner.PairSource;
import io.tiltmeter.evaluator.runner.RunnerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What models cost in a process of their own, as evaluations run them.
 *
 * @param start seconds from nothing to the first token of a first answer
 * @param answers seconds for {@value #PROMPTS} answers of each side that was asked
 * @param resident most bytes of memory that the process had
 */
public record PairCost(double start, double answers, long resident) {
  static final int PROMPTS = 64;
  private static final int TOKENS = 32;

  /** Runs a pair, or a base by itself, and asks every side that is there. */
  public static PairCost of(PairSource source, RunnerSettings settings) {
    Set<Side> sides =
        source instanceof PairSource.BaseOnly ? Set.of(Side.BASE) : Set.of(Side.values());
    long begun = System.nanoTime();
    try (ModelRunner runner = ModelRunner.start(source, settings)) {
      runner.answer(List.of(ask(0, Side.BASE)), 1, _ -> {});
      double start = (System.nanoTime() - begun) / 1e9;
      List<Ask> asks = new ArrayList<>();
      for (int i = 1; i <= PROMPTS; i++) {
        for (Side side : sides) {
          asks.add(ask(i, side));
        }
      }
      double answers = Stopwatch.once(() -> runner.answer(asks, TOKENS, _ -> {}));
      return new PairCost(start, answers, residentOfChildren());
    }
  }

  /** Plain text of one length, which no template changes. */
  private static Ask ask(int number, Side side) {
    String text = "Question %d: what is the capital of France, and why? Answer:".formatted(number);
    return new Ask("p" + number, side, new Ask.Input.Raw(text));
  }

  /** The largest of this process's descendants: the models' own, whatever stands around it. */
  private static long residentOfChildren() {
    return ProcessHandle.current()
        .descendants()
        .mapToLong(child -> Resident.peak(child.pid()))
        .max()
        .orElse(0);
  }
}
