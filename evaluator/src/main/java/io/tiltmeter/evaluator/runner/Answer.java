package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Likelihoods;
import io.tiltmeter.evaluator.decode.Side;
import java.util.List;

/**
 * What a model answered.
 *
 * @param tokens without the prompt and the stop token; empty where a server keeps them to itself
 * @param length tokens that the answer has, at least 0
 * @param text the tokens decoded, special tokens left out
 * @param likelihoods what of them was asked for
 */
public record Answer(
    String id,
    Side side,
    List<Integer> tokens,
    int length,
    String text,
    Stopped stopped,
    Likelihoods likelihoods) {

  public Answer {
    tokens = List.copyOf(tokens);
  }

  /** An answer of which no likelihoods were asked for. */
  public Answer(
      String id, Side side, List<Integer> tokens, int length, String text, Stopped stopped) {
    this(id, side, tokens, length, text, stopped, Likelihoods.NONE);
  }

  /** An answer whose tokens are known. */
  public Answer(String id, Side side, List<Integer> tokens, String text, Stopped stopped) {
    this(id, side, tokens, tokens.size(), text, stopped);
  }

  /** An answer of a server that says how many tokens it has, and not which. */
  public static Answer withoutIds(String id, Side side, int length, String text, Stopped stopped) {
    return new Answer(id, side, List.of(), length, text, stopped);
  }
}
