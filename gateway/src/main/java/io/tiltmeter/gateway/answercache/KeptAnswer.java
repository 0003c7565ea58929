package io.tiltmeter.gateway.answercache;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import java.util.List;

/**
 * What is kept of an answer of a base.
 *
 * @param question digest of what was asked
 */
record KeptAnswer(String question, List<Integer> tokens, String text, Stopped stopped) {

  static KeptAnswer of(String question, Answer answer) {
    return new KeptAnswer(question, answer.tokens(), answer.text(), answer.stopped());
  }

  /** The same as the answer to a question that goes by this name. */
  Answer toAnswer(String id) {
    return new Answer(id, Side.BASE, tokens, text, stopped);
  }
}
