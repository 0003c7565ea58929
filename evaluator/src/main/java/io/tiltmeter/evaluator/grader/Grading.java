package io.tiltmeter.evaluator.grader;

import io.tiltmeter.evaluator.similarity.TextMetric;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Grades answers; models and scripts where it was given some to ask. */
public final class Grading {
  private final ModelGrader models;
  private final ScriptGrader scripts;

  public Grading(ModelGrader models, ScriptGrader scripts) {
    this.models = models;
    this.scripts = scripts;
  }

  /** Why a grader cannot be used here; empty where it can. */
  public Optional<String> whyNot(Grader grader) {
    return switch (grader) {
      case Grader.StringCheck _, Grader.TextSimilarity _ -> Optional.empty();
      case Grader.ScoreModel(_, String model, _, _, _) -> whyNotModel(model);
      case Grader.LabelModel(_, String model, _, _, _) -> whyNotModel(model);
      case Grader.Python _ ->
          scripts.isOn()
              ? Optional.empty()
              : Optional.of("Python graders are switched off here; use another type of grader");
      case Grader.Multi multi ->
          multi.graders().values().stream().flatMap(part -> whyNot(part).stream()).findFirst();
    };
  }

  private Optional<String> whyNotModel(String model) {
    return models.knows(model)
        ? Optional.empty()
        : Optional.of("no model named '%s' grades here".formatted(model));
  }

  /**
   * Grades one answer; blocks while models and scripts are at work.
   *
   * @param item the row of the training file that was answered
   */
  public Grade grade(Grader grader, JsonNode item, Sample sample) {
    Graded graded = new Graded(item, sample);
    return switch (grader) {
      case Grader.StringCheck(_, Template input, Template reference, Grader.Operation operation) ->
          graded.compare(input, reference, (one, other) -> operation.holds(one, other) ? 1 : 0);
      case Grader.TextSimilarity(_, Template input, Template reference, TextMetric metric) ->
          graded.compare(input, reference, metric::score);
      case Grader.ScoreModel score -> graded.ask(ModelQuestion.of(score), models);
      case Grader.LabelModel label -> graded.ask(ModelQuestion.of(label), models);
      case Grader.Python(_, String source) -> scripted(scripts.run(source, sample.tree(), item));
      case Grader.Multi multi -> together(multi, item, sample);
    };
  }

  private static Grade scripted(ScriptGrader.Outcome outcome) {
    return switch (outcome) {
      case ScriptGrader.Outcome.Reward(double value) ->
          Double.isFinite(value)
              ? Grade.of(value)
              : Grade.none(GradeError.PYTHON_GRADER_RUNTIME_ERROR, "not a finite number");
      case ScriptGrader.Outcome.Broken(String kind) ->
          Grade.none(GradeError.PYTHON_GRADER_RUNTIME_ERROR, kind);
      case ScriptGrader.Outcome.Unavailable() -> Grade.none(GradeError.PYTHON_GRADER_SERVER_ERROR);
    };
  }

  /** Without every part there is no whole. */
  private Grade together(Grader.Multi multi, JsonNode item, Sample sample) {
    Map<String, Double> parts = new LinkedHashMap<>();
    Map<String, Integer> tokens = new HashMap<>();
    Set<GradeError> errors = EnumSet.noneOf(GradeError.class);
    String detail = null;
    for (Map.Entry<String, Grader> part : multi.graders().entrySet()) {
      Grade grade = grade(part.getValue(), item, sample);
      parts.put(part.getKey(), grade.reward());
      grade.tokens().forEach((model, count) -> tokens.merge(model, count, Integer::sum));
      errors.addAll(grade.errors());
      detail = detail == null ? grade.detail() : detail;
    }
    OptionalDouble reward = errors.isEmpty() ? multi.output().of(parts) : OptionalDouble.empty();
    if (errors.isEmpty() && reward.isEmpty()) {
      errors.add(GradeError.FORMULA_PARSE_ERROR);
    }
    return new Grade(reward.orElse(0), parts, tokens, errors, detail);
  }
}
