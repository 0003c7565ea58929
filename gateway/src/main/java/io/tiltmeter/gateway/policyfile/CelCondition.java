package io.tiltmeter.gateway.policyfile;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.tiltmeter.policy.gate.Condition;
import io.tiltmeter.policy.gate.ConditionException;
import io.tiltmeter.policy.gate.Evidence;

/** A condition compiled from CEL (Common Expression Language); safe for use by several threads. */
final class CelCondition implements Condition {
  private final String text;
  private final CelRuntime.Program program;

  /**
   * A condition.
   *
   * @param text as the owner wrote it, for error messages
   * @param program checked to give a boolean
   */
  CelCondition(String text, CelRuntime.Program program) {
    this.text = text;
    this.program = program;
  }

  @Override
  public boolean holds(Evidence evidence) {
    try {
      return (Boolean) program.eval(EvidenceVariables.values(evidence));
    } catch (CelEvaluationException e) {
      throw new ConditionException(
          "condition \"%s\" could not be evaluated: %s".formatted(text, e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
