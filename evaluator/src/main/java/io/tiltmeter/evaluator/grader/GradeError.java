package io.tiltmeter.evaluator.grader;

import java.util.Locale;

/** Why a grade is none, by the names of the API's {@code metadata.errors}. */
public enum GradeError {
  FORMULA_PARSE_ERROR,
  SAMPLE_PARSE_ERROR,
  TRUNCATED_OBSERVATION_ERROR,
  UNRESPONSIVE_REWARD_ERROR,
  /** A template names a member that the item or the sample lacks. */
  INVALID_VARIABLE_ERROR,
  OTHER_ERROR,
  PYTHON_GRADER_SERVER_ERROR,
  PYTHON_GRADER_RUNTIME_ERROR,
  MODEL_GRADER_SERVER_ERROR,
  MODEL_GRADER_REFUSAL_ERROR,
  /** A model said something else than a reward in its range, or one of the labels. */
  MODEL_GRADER_PARSE_ERROR;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
