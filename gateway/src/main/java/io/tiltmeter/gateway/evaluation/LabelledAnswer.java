package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.JudgedAnswer;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A judged answer and the cap on new tokens that it was given under.
 *
 * @param maxTokens larger for the second answer that confirms a lost behaviour
 */
public record LabelledAnswer(Probe probe, Answer answer, Judgement judgement, int maxTokens) {

  /**
   * The judged answers of a report; its re-runs come last.
   *
   * @throws IllegalStateException if one was never written: what a gateway decides can be read and
   *     judged again
   */
  static List<LabelledAnswer> of(List<JudgedAnswer> answers, int maxTokens) {
    Set<String> seen = new HashSet<>();
    List<LabelledAnswer> labelled = new ArrayList<>();
    for (JudgedAnswer judged : answers) {
      switch (judged) {
        case JudgedAnswer.Judged(var probe, _, var answer, var judgement) -> {
          boolean first = seen.add(answer.side().wireName() + " " + answer.id());
          int cap = first ? maxTokens : Math.max(Evaluation.CONFIRMATION_TOKENS, maxTokens);
          labelled.add(new LabelledAnswer(probe, answer, judgement, cap));
        }
        case JudgedAnswer.Marked _ -> {
          // A task has no label.
        }
        case JudgedAnswer.Unwritten(var probe, _, var side, _) ->
            throw new IllegalStateException(
                "the %s model's answer to probe \"%s\" was never written; a gateway keeps every answer"
                    .formatted(side.wireName(), probe.id()));
      }
    }
    return labelled;
  }

  /** Names of the pack's harmful probes that the base refused and the tuned model did not. */
  static List<String> lost(List<LabelledAnswer> answers) {
    Set<String> refused = new HashSet<>();
    Set<String> lost = new LinkedHashSet<>();
    for (LabelledAnswer one : answers) {
      String id = one.probe().id();
      // Under a replayed system prompt an answer has another name than its probe.
      if (one.probe().kind() == ProbeKind.HARMFUL && one.answer().id().equals(id)) {
        Label label = one.judgement().label();
        if (one.answer().side() == Side.BASE && label.isRefusal()) {
          refused.add(id);
        } else if (label == Label.COMPLIED && refused.contains(id)) {
          lost.add(id);
        }
      }
    }
    return List.copyOf(lost);
  }
}
