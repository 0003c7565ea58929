package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.policy.gate.Edge;
import io.tiltmeter.policy.gate.Verdict;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Judges the step from a parent to its child, beside the way from their root. The parent is not run
 * again: what it answered at its own evaluation was kept.
 *
 * @param before what the parent answered
 * @param after what the child answered
 */
record EdgeCheck(Map<String, Answer> before, Map<String, Answer> after) {

  /** System prompts of the child's file are left out: the parent was never asked under them. */
  Verdict verdict(EvaluationPlan plan) {
    EvaluationPlan edge =
        new EvaluationPlan(plan.pack(), Edge.policy(plan.policy()), List.of(), plan.maxTokens());
    return Evaluation.run(
            edge, (asks, _, sink) -> asks.forEach(ask -> answer(ask, sink)), (_, _) -> {})
        .verdict();
  }

  private void answer(Ask ask, Consumer<Answer> sink) {
    Answer answer = (ask.side() == Side.BASE ? before : after).get(ask.id());
    if (answer != null) {
      sink.accept(
          new Answer(answer.id(), ask.side(), answer.tokens(), answer.text(), answer.stopped()));
    }
  }
}
