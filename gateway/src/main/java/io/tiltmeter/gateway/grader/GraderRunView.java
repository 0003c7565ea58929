package io.tiltmeter.gateway.grader;

import io.tiltmeter.evaluator.grader.Grade;
import io.tiltmeter.evaluator.grader.GradeError;
import io.tiltmeter.evaluator.grader.Grader;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a grader gave, as the API writes it. */
record GraderRunView(
    double reward,
    Map<String, Double> subRewards,
    Map<String, Map<String, Integer>> modelGraderTokenUsagePerModel,
    Metadata metadata) {

  /**
   * How it came about.
   *
   * @param executionTime in seconds
   * @param errors each that there can be, and whether it is there
   */
  record Metadata(
      String name,
      String type,
      double executionTime,
      Map<String, Double> scores,
      @Nullable Integer tokenUsage,
      @Nullable String sampledModelName,
      Map<String, @Nullable Object> errors) {}

  private static final double MILLIS = 1_000;

  static GraderRunView of(Grader grader, Grade grade, Duration time) {
    Map<String, Map<String, Integer>> usage = new LinkedHashMap<>();
    grade
        .tokens()
        .forEach((model, tokens) -> usage.put(model, Map.of("completion_tokens", tokens)));
    int tokens = grade.tokens().values().stream().mapToInt(Integer::intValue).sum();
    return new GraderRunView(
        grade.reward(),
        grade.parts(),
        usage,
        new Metadata(
            grader.name(),
            grader.type(),
            time.toMillis() / MILLIS,
            Map.of(grader.name(), grade.reward()),
            tokens == 0 ? null : tokens,
            null,
            errors(grade)));
  }

  private static Map<String, @Nullable Object> errors(Grade grade) {
    Map<String, @Nullable Object> errors = new LinkedHashMap<>();
    Arrays.stream(GradeError.values())
        .forEach(error -> errors.put(error.wireName(), grade.errors().contains(error)));
    boolean isScript = grade.errors().contains(GradeError.PYTHON_GRADER_RUNTIME_ERROR);
    errors.put("python_grader_server_error_type", null);
    errors.put("python_grader_runtime_error_details", isScript ? grade.detail() : null);
    errors.put("model_grader_server_error_details", null);
    return errors;
  }
}
