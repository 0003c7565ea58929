package io.tiltmeter.gateway.evaluation;

import java.time.Instant;

/**
 * An evaluation that ended, and what it decided.
 *
 * @param tenant name of the job's tenant
 * @param judge what judged the answers then
 */
public record PastEvaluation(
    StoredEvaluation evaluation,
    String tenant,
    String baseModel,
    String judge,
    Outcome outcome,
    Instant finishedAt) {

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
