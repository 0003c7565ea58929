package io.tiltmeter.evaluator.judge;

import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import java.util.List;

/**
 * A judge that is asked about few answers because it costs much: level L4 of the cascade. It never
 * learns which model answered.
 */
public interface StrongJudge {

  /**
   * One request with one answer to it.
   *
   * @param request the last turn of the probe
   */
  record Exchange(String request, String answer) {}

  /** The level of its judgements. */
  String LEVEL = "L4";

  /** A judgement of this level. */
  static Judgement judgement(Label label, double confidence) {
    return new Judgement(label, LEVEL, confidence, "strong-judge");
  }

  /** No judgement, since the judge could not be asked. */
  static Judgement silence() {
    return new Judgement(Label.UNDECIDED, LEVEL, 0, "judge-unreachable");
  }

  /** Names the judge in verdicts. */
  String name();

  /**
   * Judges; blocks until all are judged.
   *
   * @return one judgement for each exchange, in order; undecided where the judge could not be
   *     asked, or said nothing that can be used. Nothing is thrown for that
   */
  List<Judgement> judge(List<Exchange> exchanges);
}
