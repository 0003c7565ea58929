package io.tiltmeter.evaluator.decode;

import io.tiltmeter.evaluator.checkpoint.Adapter;
import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.Dtype;
import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.Projection;
import io.tiltmeter.evaluator.checkpoint.Rope;
import io.tiltmeter.evaluator.checkpoint.Traits;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.Provider;
import io.tiltmeter.evaluator.onnx.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Prints answer tokens per second, prefill included, for random weights of SmolLM2-135M's shape.
 * Arguments: rows of a batch, prompt tokens, answer tokens, threads; run it with at least 3 GB of
 * heap, because the weights are made there.
 */
final class DecodeBenchmark {
  private static final int ROUNDS = 3;

  private DecodeBenchmark() {}

  public static void main(String[] args) throws IOException {
    int rows = Integer.parseInt(args[0]);
    int length = Integer.parseInt(args[1]);
    int tokens = Integer.parseInt(args[2]);
    var settings =
        new DecodeSettings(
            new Execution(Provider.AUTO, Integer.parseInt(args[3])), rows, Long.MAX_VALUE);
    Path folder = Files.createTempDirectory("decode-benchmark");
    try {
      TinyLlama model = smolShape();
      Checkpoint checkpoint = model.write(folder, Dtype.F32);
      measure(
          "base alone",
          () -> ModelPair.ofBase(checkpoint, settings),
          prompts(rows, length, Side.BASE),
          tokens);
      List<Prompt> both = new ArrayList<>(prompts(rows / 2, length, Side.BASE));
      both.addAll(prompts(rows / 2, length, Side.TUNED));
      Adapter adapter = adapter(model, folder);
      measure(
          "base and adapter",
          () -> ModelPair.ofAdapter(checkpoint, adapter, settings),
          both,
          tokens);
    } finally {
      delete(folder);
    }
  }

  private interface Opening {
    ModelPair open();
  }

  private static void measure(String name, Opening opening, List<Prompt> prompts, int tokens) {
    long opened = System.nanoTime();
    try (ModelPair pair = opening.open()) {
      System.out.printf("%s: %s, loaded in %.2f s%n", name, pair.runtime(), seconds(opened));
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        double computed = processorSeconds();
        int[] count = {0};
        pair.generate(prompts, tokens, answer -> count[0] += answer.tokens().size());
        double taken = seconds(start);
        System.out.printf(
            "%s: %d rows, %d tokens in %.2f s (%.2f s of processor time), %.0f tokens/s%n",
            name, prompts.size(), count[0], taken, processorSeconds() - computed, count[0] / taken);
      }
    }
  }

  /** Steadier than elapsed time where the machine is shared. */
  private static double processorSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(duration -> duration.toMillis() / 1e3)
        .orElse(0.0);
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static TinyLlama smolShape() {
    return TinyLlama.random(
        1,
        new ModelConfig(
            576,
            30,
            9,
            3,
            64,
            1536,
            49152,
            8192,
            Rope.plain(100_000, 64),
            1e-5f,
            true,
            Set.of(),
            Traits.NONE));
  }

  private static Adapter adapter(TinyLlama model, Path folder) throws IOException {
    Path own = Files.createDirectory(folder.resolve("adapter"));
    return TinyLlama.writeAdapter(
        own, model.randomAdapter(2, List.of(Projection.values())), Dtype.F32);
  }

  private static List<Prompt> prompts(int count, int length, Side side) {
    Random random = new Random(3);
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add(new Prompt("p" + i, side, random.ints(length, 0, 49152).boxed().toList()));
    }
    return prompts;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
