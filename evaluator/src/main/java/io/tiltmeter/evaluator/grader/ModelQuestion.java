package io.tiltmeter.evaluator.grader;

import io.tiltmeter.evaluator.text.JsonReply;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a model that grades is asked for, and how its answer is read: one JSON object with a {@code
 * result} and nothing that was not asked for counts as a result.
 */
record ModelQuestion(
    String model,
    List<Grader.Turn> input,
    int maxTokens,
    String instruction,
    Function<JsonNode, Optional<Double>> reward) {
  /** Room for a label, or a number, and what models like to put around it. */
  private static final int LABEL_TOKENS = 64;

  private static final String RESULT = "result";

  static ModelQuestion of(Grader.ScoreModel grader) {
    Grader.Range range = grader.range();
    return new ModelQuestion(
        grader.model(),
        grader.input(),
        grader.maxTokens(),
        "Grade as told below. Reply with one JSON object and nothing else: {\"result\": a number from %s to %s}"
            .formatted(range.low(), range.high()),
        result ->
            result.isNumber() && range.holds(result.doubleValue())
                ? Optional.of(result.doubleValue())
                : Optional.empty());
  }

  static ModelQuestion of(Grader.LabelModel grader) {
    String labels =
        grader.labels().stream()
            .map(label -> JsonNodeFactory.instance.stringNode(label).toString())
            .collect(Collectors.joining(", "));
    return new ModelQuestion(
        grader.model(),
        grader.input(),
        LABEL_TOKENS,
        "Choose a label as told below. Reply with one JSON object and nothing else: {\"result\": one of %s}"
            .formatted(labels),
        result ->
            result.isString() && grader.labels().contains(result.stringValue())
                ? Optional.of(grader.passing().contains(result.stringValue()) ? 1.0 : 0.0)
                : Optional.empty());
  }

  /** The grade that a model's answer is. */
  Grade read(String said) {
    return JsonReply.read(said)
        .flatMap(reply -> reward.apply(reply.path(RESULT)))
        .map(Grade::of)
        .orElseGet(() -> Grade.none(GradeError.MODEL_GRADER_PARSE_ERROR));
  }
}
