package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Policy.Effect;
import io.tiltmeter.policy.gate.Policy.Rule;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What the policy's further conditions say of one run's evidence, in the policy's order. */
record OwnerRules(List<Outcome> outcomes) {

  /** Whether one condition holds; it may also fail to be evaluated. */
  private enum State {
    HOLDS,
    DOES_NOT_HOLD,
    FAILED
  }

  /** One rule and its condition's state. */
  private record Outcome(Rule rule, State state) {}

  static OwnerRules evaluate(List<Rule> rules, Evidence evidence) {
    return new OwnerRules(
        rules.stream().map(rule -> new Outcome(rule, state(rule.condition(), evidence))).toList());
  }

  private static State state(Condition condition, Evidence evidence) {
    try {
      return condition.holds(evidence) ? State.HOLDS : State.DOES_NOT_HOLD;
    } catch (ConditionException e) {
      // What could not be checked must not release: a person looks at it.
      return State.FAILED;
    }
  }

  /** The first rule that blocks, as a verdict names it. */
  Optional<String> block() {
    return first(
        outcome -> outcome.state() == State.HOLDS && outcome.rule().then() == Effect.BLOCK);
  }

  /** The first rule that asks for a person, or that could not be evaluated. */
  Optional<String> review() {
    return first(
        outcome ->
            outcome.state() == State.FAILED
                || (outcome.state() == State.HOLDS && outcome.rule().then() == Effect.REVIEW));
  }

  private Optional<String> first(Predicate<Outcome> condition) {
    return outcomes.stream()
        .filter(condition)
        .findFirst()
        .map(outcome -> "rule:" + outcome.rule().name());
  }
}
