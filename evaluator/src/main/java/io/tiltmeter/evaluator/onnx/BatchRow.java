package io.tiltmeter.evaluator.onnx;

import java.util.List;

/**
 * One sequence of a batch before its first answer token.
 *
 * @param tokens the prompt, not empty
 * @param adapted whether the session's adapter acts on this row; ignored where it has none
 */
public record BatchRow(List<Integer> tokens, boolean adapted) {

  public BatchRow {
    tokens = List.copyOf(tokens);
  }
}
