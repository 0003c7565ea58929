package io.tiltmeter.evaluator.onnx;

import io.tiltmeter.evaluator.checkpoint.Dimensions;
import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether an export answers a prompt the same alone and padded beside a longer one. The signature
 * says that a graph is given its padding, not that it heeds it; one that does not would answer by
 * what else is asked.
 */
final class PaddingCheck {
  private static final int SHORT = 3;
  private static final int LONG = 11;
  private static final int TOKENS = 4;

  private PaddingCheck() {}

  /**
   * Compares a few tokens.
   *
   * @throws ModelException if they differ
   */
  static void require(ExportSession session, Path directory) {
    Dimensions numbers = session.dimensions();
    if (numbers.maxPositions() < LONG + TOKENS) {
      return;
    }
    BatchRow shorter = row(numbers, SHORT);
    List<Integer> alone = tokens(session, List.of(shorter));
    List<Integer> padded = tokens(session, List.of(shorter, row(numbers, LONG)));
    if (!alone.equals(padded)) {
      throw new ModelException(
          "export in %s answers a prompt in another way when it is padded; export the model again with Optimum, which masks padding"
              .formatted(directory));
    }
  }

  /** The first row's next tokens; fewer if a logit is not finite, which the first answer names. */
  private static List<Integer> tokens(ExportSession session, List<BatchRow> rows) {
    List<Integer> tokens = new ArrayList<>();
    try (ExportBatch batch = session.batch(rows.size(), 0)) {
      batch.start(rows, LONG + TOKENS);
      while (tokens.size() < TOKENS && batch.isFinite(0)) {
        tokens.add(batch.next(0));
        batch.step();
      }
    }
    return tokens;
  }

  /** Token ids spread over the vocabulary; which ones does not matter. */
  private static BatchRow row(Dimensions numbers, int length) {
    return new BatchRow(
        IntStream.range(0, length)
            .mapToObj(i -> (int) (numbers.vocabulary() * (2L * i + 1) / (2L * length)))
            .toList(),
        false);
  }
}
