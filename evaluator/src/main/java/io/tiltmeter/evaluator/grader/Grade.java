package io.tiltmeter.evaluator.grader;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a grader gave.
 *
 * @param reward 0 where there are errors
 * @param parts the rewards of the graders of a {@link Grader.Multi}, by their names; else empty
 * @param tokens that models said, by model
 * @param errors why there is no grade; empty where there is one
 * @param detail the kind of a script's error; null where there is none
 */
public record Grade(
    double reward,
    Map<String, Double> parts,
    Map<String, Integer> tokens,
    Set<GradeError> errors,
    @Nullable String detail) {

  public Grade {
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    tokens = Map.copyOf(tokens);
    errors = Set.copyOf(errors);
  }

  static Grade of(double reward) {
    return new Grade(reward, Map.of(), Map.of(), Set.of(), null);
  }

  static Grade none(GradeError error) {
    return none(error, null);
  }

  static Grade none(GradeError error, @Nullable String detail) {
    return new Grade(0, Map.of(), Map.of(), EnumSet.of(error), detail);
  }

  Grade by(String model, int count) {
    return new Grade(reward, parts, Map.of(model, count), errors, detail);
  }

  /** Whether there is a grade. */
  public boolean isGiven() {
    return errors.isEmpty();
  }
}
