package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.policy.gate.JobTraits;
import java.time.Instant;

/**
 * An evaluation that ended, and what it decided.
 *
 * @param job what a policy's profiles go by, the tenant's tier as it is now
 * @param judge what judged the answers then
 */
public record PastEvaluation(
    StoredEvaluation evaluation, JobTraits job, String judge, Outcome outcome, Instant finishedAt) {

  /**
   * What was decided.
   *
   * @param verdict as it is written down: {@code pass}, {@code block} or {@code inconclusive}
   * @param rule the rule that decided
   * @param stoppedEarly whether that was before everything was asked
   * @param replays how many system prompts it replayed
   */
  public record Outcome(String verdict, String rule, boolean stoppedEarly, int replays) {}
}
