package io.tiltmeter.policy.gate;

/** A compiled condition of a policy rule. */
@FunctionalInterface
public interface Condition {
  /**
   * Whether the condition holds for this evidence.
   *
   * @throws ConditionException if it could not be evaluated; the gate then releases nothing
   */
  boolean holds(Evidence evidence);
}
