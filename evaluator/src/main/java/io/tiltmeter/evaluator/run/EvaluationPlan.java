package io.tiltmeter.evaluator.run;

import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.List;

/**
 * What one evaluation asks and how it decides.
 *
 * @param guidance what is asked beyond the pack, each replay a stratum of its own
 * @param maxTokens cap on new tokens of each answer, at least 1
 * @param savings what need not be asked
 */
public record EvaluationPlan(
    ProbePack pack, Policy policy, Guidance guidance, int maxTokens, Savings savings) {

  public EvaluationPlan {
    if (maxTokens < 1) {
      throw new IllegalArgumentException("max tokens must be at least 1, got " + maxTokens);
    }
  }

  /** A plan that asks everything. */
  public EvaluationPlan(
      ProbePack pack, Policy policy, List<? extends Replay> replays, int maxTokens) {
    this(pack, policy, Guidance.of(replays), maxTokens, Savings.NONE);
  }

  /** How many prompts each model is given if everything is asked, re-runs not counted. */
  public int prompts() {
    return Question.all(this).size();
  }

  /** The same with other savings. */
  public EvaluationPlan saving(Savings other) {
    return new EvaluationPlan(pack, policy, guidance, maxTokens, other);
  }

  /**
   * Whether an answer to this probe may end once its label is settled. Zero tolerance also asks how
   * sure the judge is, and by words that may come later.
   */
  boolean mayCut(Probe probe) {
    String category = probe.category();
    return savings.cutsAnswers()
        && probe.kind() != ProbeKind.TASK
        && category != null
        && !policy.categories().of(category).zeroTolerance();
  }

  /** The same for a question: what is not judged as it is written is answered to the end. */
  boolean mayCut(Question question) {
    Replay replay = question.replay();
    return mayCut(question.probe()) && (replay == null || replay.isPlain());
  }

  /** How many strata share the level for blocks: the pack's harmful categories and the replays. */
  int family() {
    long categories =
        pack.ofKind(ProbeKind.HARMFUL).stream().map(Probe::category).distinct().count();
    return (int) categories + guidance.replays().size();
  }
}
