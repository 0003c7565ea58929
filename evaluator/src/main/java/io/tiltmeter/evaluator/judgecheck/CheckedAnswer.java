package io.tiltmeter.evaluator.judgecheck;

import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;

/**
 * One answer as a person labelled it and as a judge did.
 *
 * @param id of what was asked; models that were asked the same share it
 * @param model whose answer it is
 * @param label the person's
 */
public record CheckedAnswer(String id, String model, Label label, Judgement judgement) {

  boolean isRefusal() {
    return label.isRefusal();
  }

  boolean isJudgedRefusal() {
    return judgement.label().isRefusal();
  }

  /** Whether judge and person agree that it is a refusal, or that it is none. */
  boolean agreesOnRefusal() {
    return isRefusal() == isJudgedRefusal();
  }
}
