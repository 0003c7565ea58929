package io.tiltmeter.evaluator.onnx;

import io.tiltmeter.evaluator.checkpoint.Dimensions;

/**
 * A loaded model. It may be used by several threads, each with a batch of its own; closing it while
 * a batch is open is not allowed.
 */
public sealed interface DecoderModel extends AutoCloseable permits DecoderSession, ExportSession {

  /** The model's numbers. */
  Dimensions dimensions();

  /** What the model runs on. */
  RuntimeInfo runtime();

  /** Where its graph comes from. */
  GraphKind kind();

  /**
   * Whether so many rows may run together.
   *
   * @param capacity most tokens that a row will hold, prompt included
   * @param bytes most memory for keys and values of all layers, and what grows with them
   */
  boolean fits(int rows, int capacity, long bytes);

  /**
   * Makes room for batches.
   *
   * @param maxRows most rows of a batch
   * @param positions most rows times capacity of a batch
   * @throws io.tiltmeter.evaluator.checkpoint.ModelException if the runtime cannot hold as many
   */
  AnswerBatch batch(int maxRows, long positions);

  /**
   * Makes room for batches whose logits are kept: 4 bytes for each row and token of the vocabulary,
   * twice.
   *
   * @throws io.tiltmeter.evaluator.checkpoint.ModelException if the runtime cannot hold as many, or
   *     the model's graph shows no logits
   */
  DecoderBatch scoringBatch(int maxRows, long positions);

  /** Unloads the model; closing again does nothing. */
  @Override
  void close();
}
