package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict;
import org.jspecify.annotations.Nullable;

/** What a draft of a policy would have made of one evaluation that ended. */
public sealed interface Redecided {

  PastEvaluation past();

  /** The same verdict by the same rule. */
  record Same(PastEvaluation past) implements Redecided {}

  /**
   * Another verdict, or another rule.
   *
   * @param policy the draft as it holds for this job
   * @param again what the policy of then gives today, where that is not what it gave then: the
   *     judge or the gate has changed since, and not only the policy; null where it is the same, or
   *     cannot be told
   */
  record Changed(PastEvaluation past, Verdict verdict, Policy policy, @Nullable Verdict again)
      implements Redecided {}

  /**
   * It cannot be told.
   *
   * @param behaviours behaviours that would have to be asked
   * @param secondAnswers probes that would have to be asked once more, whole and longer
   */
  record Undecidable(PastEvaluation past, String reason, int behaviours, int secondAnswers)
      implements Redecided {}
}
