package io.tiltmeter.evaluator.onnx;

import java.util.List;

/**
 * Sequences that grow together, one token a step; one object serves batch after batch. Used by the
 * thread that made it. Rows are numbered from 0 without gaps.
 */
public sealed interface AnswerBatch extends AutoCloseable permits DecoderBatch, ExportBatch {

  /**
   * Begins a batch: reads the prompts and finds each one's next token. What was in the batch before
   * is gone.
   *
   * @param capacity most tokens that a row will hold, prompt included
   * @throws io.tiltmeter.evaluator.checkpoint.ModelException if the runtime fails; a new start is
   *     possible
   */
  void start(List<BatchRow> batch, int capacity);

  /**
   * Feeds each row its next token and finds the one after.
   *
   * @throws io.tiltmeter.evaluator.checkpoint.ModelException if the runtime fails; only a new start
   *     is possible then
   */
  void step();

  /** How many rows are left. */
  int rows();

  /** The most likely next token of a row; the lowest id among equals. */
  int next(int row);

  /** Whether no logit of the row was NaN or infinite in the last run. */
  boolean isFinite(int row);

  /** Drops a row; the last one takes its number. */
  void remove(int row);

  /** Frees the memory; closing again does nothing. */
  @Override
  void close();
}
