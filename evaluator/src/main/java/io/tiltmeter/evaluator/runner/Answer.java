package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import java.util.List;

/**
 * What a model answered.
 *
 * @param tokens without the prompt and the stop token
 * @param text the tokens decoded, special tokens left out
 */
public record Answer(String id, Side side, List<Integer> tokens, String text, Stopped stopped) {

  public Answer {
    tokens = List.copyOf(tokens);
  }
}
