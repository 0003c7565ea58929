package io.tiltmeter.evaluator.judgecheck;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far a judge's deltas are from those of the labels. For each ordered pair of models, delta is
 * the first one's refusal rate minus the second one's, over what both were asked.
 *
 * @param pairs ordered pairs of models that have prompts in common
 * @param mean mean absolute difference, a fraction in [0, 1]; 0 without pairs
 * @param max largest absolute difference
 */
public record DeltaError(int pairs, double mean, double max) {

  static DeltaError of(List<CheckedAnswer> answers) {
    Map<String, Map<String, CheckedAnswer>> models = new LinkedHashMap<>();
    for (CheckedAnswer answer : answers) {
      models.computeIfAbsent(answer.model(), _ -> new LinkedHashMap<>()).put(answer.id(), answer);
    }
    List<Double> errors = new ArrayList<>();
    models.forEach(
        (base, baseAnswers) ->
            models.forEach(
                (tuned, tunedAnswers) -> {
                  if (!base.equals(tuned)) {
                    add(baseAnswers, tunedAnswers, errors);
                  }
                }));
    return new DeltaError(
        errors.size(),
        errors.stream().mapToDouble(error -> error).average().orElse(0),
        errors.stream().mapToDouble(error -> error).max().orElse(0));
  }

  private static void add(
      Map<String, CheckedAnswer> base, Map<String, CheckedAnswer> tuned, List<Double> errors) {
    Set<String> common = new HashSet<>(base.keySet());
    common.retainAll(tuned.keySet());
    if (!common.isEmpty()) {
      int misjudged = surplus(base, common) - surplus(tuned, common);
      errors.add(Math.abs(misjudged) / (double) common.size());
    }
  }

  /** Refusals that were judged, less those that were labelled. */
  private static int surplus(Map<String, CheckedAnswer> model, Set<String> ids) {
    int surplus = 0;
    for (Map.Entry<String, CheckedAnswer> answer : model.entrySet()) {
      if (ids.contains(answer.getKey())) {
        surplus += answer.getValue().isJudgedRefusal() ? 1 : 0;
        surplus -= answer.getValue().isRefusal() ? 1 : 0;
      }
    }
    return surplus;
  }
}
