package io.tiltmeter.evaluator.bench;

import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.onnx.BatchRow;
import io.tiltmeter.evaluator.onnx.DecoderBatch;
import io.tiltmeter.evaluator.onnx.DecoderSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * How fast a model writes and reads.
 *
 * @param decode tokens a second of all rows together, by rows, from {@value #CONTEXT} tokens on
 * @param prefill prompt tokens a second, by rows and length
 */
public record Speed(Map<Integer, Double> decode, Map<Shape, Double> prefill) {
  /** Tokens in each row before decoding is timed. */
  public static final int CONTEXT = 100;

  /** Rows of the batches that are timed. */
  public static final List<Integer> BATCHES = List.of(1, 8, 32, 64);

  /** Prompts that are timed. */
  public static final List<Shape> PROMPTS = List.of(new Shape(1, 64), new Shape(16, 64));

  private static final int STEPS = 32;
  private static final int ROUNDS = 3;

  public Speed {
    decode = Map.copyOf(decode);
    prefill = Map.copyOf(prefill);
  }

  /** Rows and tokens of each. */
  public record Shape(int rows, int length) implements Comparable<Shape> {
    int tokens() {
      return rows * length;
    }

    @Override
    public int compareTo(Shape other) {
      return Integer.compare(tokens(), other.tokens());
    }

    /** As in tables: rows, a cross, length. */
    @Override
    public String toString() {
      return rows + "x" + length;
    }
  }

  /** Measures a loaded model; takes about half a minute for 135 million parameters on two cores. */
  public static Speed of(DecoderSession session) {
    Map<Integer, Double> decode = new TreeMap<>();
    BATCHES.forEach(rows -> decode.put(rows, decode(session, rows)));
    Map<Shape, Double> prefill = new TreeMap<>();
    PROMPTS.forEach(shape -> prefill.put(shape, prefill(session, shape)));
    return new Speed(decode, prefill);
  }

  private static double decode(DecoderSession session, int rows) {
    int capacity = CONTEXT + STEPS + 2;
    List<BatchRow> prompts = prompts(session.config(), new Shape(rows, CONTEXT));
    try (DecoderBatch batch = session.batch(rows, (long) rows * capacity)) {
      double fastest = Double.POSITIVE_INFINITY;
      for (int round = 0; round < ROUNDS; round++) {
        batch.start(prompts, capacity);
        batch.step();
        fastest = Math.min(fastest, Stopwatch.once(() -> steps(batch)));
      }
      return rows * STEPS / fastest;
    }
  }

  private static void steps(DecoderBatch batch) {
    for (int step = 0; step < STEPS; step++) {
      batch.step();
    }
  }

  private static double prefill(DecoderSession session, Shape shape) {
    List<BatchRow> prompts = prompts(session.config(), shape);
    int capacity = shape.length() + 1;
    long tokens = shape.tokens();
    try (DecoderBatch batch = session.batch(shape.rows(), tokens + shape.rows())) {
      return tokens / Stopwatch.seconds(() -> batch.start(prompts, capacity));
    }
  }

  /** Random tokens: what they say does not change how long they take. */
  private static List<BatchRow> prompts(ModelConfig config, Shape shape) {
    Random random = new Random(1);
    List<BatchRow> rows = new ArrayList<>();
    for (int row = 0; row < shape.rows(); row++) {
      rows.add(
          new BatchRow(
              random.ints(shape.length(), 0, config.vocabulary()).boxed().toList(), false));
    }
    return rows;
  }
}
