package io.tiltmeter.evaluator.onnx;

import java.util.List;

/**
 * One sequence of a batch before its first answer token.
 *
 * @param tokens the prompt, not empty
 * @param adapted whether the session's adapter acts on this row; ignored where it has none
 * @param shared how many first tokens other rows are likely to begin with too; decides how the row
 *     is read, so it must not depend on what else is in the batch
 */
public record BatchRow(List<Integer> tokens, boolean adapted, int shared) {

  public BatchRow {
    tokens = List.copyOf(tokens);
  }

  /** A row that shares nothing. */
  public BatchRow(List<Integer> tokens, boolean adapted) {
    this(tokens, adapted, 0);
  }
}
