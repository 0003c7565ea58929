package io.tiltmeter.evaluator.bench;

import io.tiltmeter.evaluator.checkpoint.Checkpoint;
import io.tiltmeter.evaluator.checkpoint.TensorEntry;
import io.tiltmeter.evaluator.onnx.Execution;
import io.tiltmeter.evaluator.onnx.GemmLimit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the machine could do with a model's weights in float32.
 *
 * @param bytesPerSecond memory that all threads together can read
 * @param bandwidthSteps steps a second if each only had to read every weight once
 * @param gemmRows rows a second if a step were only its matrix products, by rows of a step
 * @param gemmTokens the same for reading prompts, of whose tokens only the last needs the head
 */
public record MachineLimits(
    double bytesPerSecond,
    double bandwidthSteps,
    Map<Integer, Double> gemmRows,
    Map<Speed.Shape, Double> gemmTokens) {
  private static final long READ_BYTES = 1L << 29;

  public MachineLimits {
    gemmRows = Map.copyOf(gemmRows);
    gemmTokens = Map.copyOf(gemmTokens);
  }

  /** Measures them; takes about half a minute for 135 million parameters on two cores. */
  public static MachineLimits of(Checkpoint checkpoint, Execution execution) {
    double bandwidth = bandwidth(execution.threads());
    Map<Integer, Double> rows = new TreeMap<>();
    Map<Speed.Shape, Double> read = new TreeMap<>();
    try (GemmLimit products = GemmLimit.open(checkpoint, execution)) {
      for (int count : Speed.BATCHES) {
        rows.put(count, count / Stopwatch.seconds(() -> products.run(count, count)));
      }
      for (Speed.Shape prompts : Speed.PROMPTS) {
        double seconds = Stopwatch.seconds(() -> products.run(prompts.tokens(), prompts.rows()));
        read.put(prompts, prompts.tokens() / seconds);
      }
    }
    return new MachineLimits(bandwidth, bandwidth / weightBytes(checkpoint), rows, read);
  }

  /** Rows a second of a step with so many; NaN if that was not measured. */
  double rows(int count) {
    return gemmRows.getOrDefault(count, Double.NaN);
  }

  /** Tokens a second of prompts like these; NaN if that was not measured. */
  double tokens(Speed.Shape prompts) {
    return gemmTokens.getOrDefault(prompts, Double.NaN);
  }

  /** Bytes of all weights in float32; a tied table is read once, as the head. */
  private static long weightBytes(Checkpoint checkpoint) {
    return checkpoint.tensors().values().stream().mapToLong(MachineLimits::elements).sum()
        * Float.BYTES;
  }

  private static long elements(TensorEntry entry) {
    return entry.length() / entry.dtype().bytes();
  }

  /** Compares memory with its like, since that reads it in the widest words that there are. */
  private static double bandwidth(int threads) {
    long part = READ_BYTES / 2 / threads;
    try (Arena arena = Arena.ofShared()) {
      List<MemorySegment> halves =
          Stream.generate(() -> arena.allocate(part, Long.BYTES)).limit(2L * threads).toList();
      double seconds =
          Stopwatch.seconds(
              () ->
                  IntStream.range(0, threads)
                      .parallel()
                      .forEach(i -> requireSame(halves.get(2 * i), halves.get(2 * i + 1))));
      return READ_BYTES / seconds;
    }
  }

  private static void requireSame(MemorySegment one, MemorySegment other) {
    if (one.mismatch(other) >= 0) {
      throw new IllegalStateException("memory changed while it was read");
    }
  }
}
