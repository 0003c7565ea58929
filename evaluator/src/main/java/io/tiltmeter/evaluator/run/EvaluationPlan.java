package io.tiltmeter.evaluator.run;

import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.List;

/**
 * What one evaluation asks and how it decides.
 *
 * @param systemPrompts replayed on the harmful probes, each a stratum of its own
 * @param maxTokens cap on new tokens of each answer, at least 1
 */
public record EvaluationPlan(
    ProbePack pack, Policy policy, List<SystemPrompt> systemPrompts, int maxTokens) {

  public EvaluationPlan {
    systemPrompts = List.copyOf(systemPrompts);
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max tokens must be at least 1, got " + maxTokens);
    }
  }
}
