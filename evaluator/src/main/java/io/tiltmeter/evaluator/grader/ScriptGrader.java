package io.tiltmeter.evaluator.grader;

import tools.jackson.databind.JsonNode;

/** Runs customers' scripts that grade, where they can do no harm. */
public interface ScriptGrader {
  /** Runs none. */
  ScriptGrader OFF =
      new ScriptGrader() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public Outcome run(String source, JsonNode sample, JsonNode item) {
          return new Outcome.Unavailable();
        }
      };

  /** Whether scripts are run at all. */
  boolean isOn();

  /** Runs a script's {@code grade(sample, item)}; blocks until it ends or its time is up. */
  Outcome run(String source, JsonNode sample, JsonNode item);

  /** What came of it. */
  sealed interface Outcome {

    /** It returned this. */
    record Reward(double value) implements Outcome {}

    /**
     * It failed itself.
     *
     * @param kind the name of its exception, or why it was ended
     */
    record Broken(String kind) implements Outcome {}

    /** It could not be run. */
    record Unavailable() implements Outcome {}
  }
}
