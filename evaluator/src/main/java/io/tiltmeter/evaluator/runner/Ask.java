package io.tiltmeter.evaluator.runner;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.policy.probe.Message;
import java.util.List;

/**
 * One question to one of the two models.
 *
 * @param id the caller's name for it; unique together with the side within one call
 * @param mayEndDecided whether the answer may end once its judgement is not expected to change;
 *     where models cannot do that they answer as always
 */
public record Ask(String id, Side side, Input input, boolean mayEndDecided) {

  /** A question whose answer is wanted whole. */
  public Ask(String id, Side side, Input input) {
    this(id, side, input, false);
  }

  /** What the model is given. */
  public sealed interface Input {

    /** Chat turns, put through the model's chat template with a generation prompt. */
    record Chat(List<Message> messages) implements Input {
      public Chat {
        messages = List.copyOf(messages);
      }
    }

    /** Text as it is, without a template. */
    record Raw(String text) implements Input {}
  }
}
