package io.tiltmeter.evaluator.grader;

import io.tiltmeter.policy.probe.Message;
import java.util.List;

/** Asks models that grade. */
public interface ModelGrader {
  /** Knows no model. */
  ModelGrader NONE =
      new ModelGrader() {
        @Override
        public boolean knows(String model) {
          return false;
        }

        @Override
        public Reply ask(String model, List<Message> chat, int maxTokens) {
          return new Reply.Failed();
        }
      };

  /** Whether a model of this name can be asked. */
  boolean knows(String model);

  /** Asks a model that is known; blocks until it answers or its time is up. */
  Reply ask(String model, List<Message> chat, int maxTokens);

  /** What came of it. */
  sealed interface Reply {

    /**
     * What it said.
     *
     * @param tokens of it, at least 0
     */
    record Said(String text, int tokens) implements Reply {}

    /** It could not be asked. */
    record Failed() implements Reply {}
  }
}
