package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.run.JudgedAnswer;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.probe.Probe;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code evaluate --answers}.
 *
 * @param answer empty where {@code level} is {@code L0}: nobody asked for it then, and that it is
 *     empty says nothing of the model
 */
record AnswerView(
    String probe,
    String behaviour,
    @Nullable String category,
    @Nullable String systemPrompt,
    String side,
    String answer,
    String label,
    String level,
    double confidence) {

  /** What was made of an answer, and by what. */
  private record Mark(String label, String level, double confidence) {
    static Mark of(Judgement judgement) {
      return new Mark(judgement.label().wireName(), judgement.level(), judgement.confidence());
    }
  }

  static AnswerView of(JudgedAnswer judged) {
    return switch (judged) {
      case JudgedAnswer.Judged(var probe, var stratum, var answer, var judgement) ->
          view(probe, stratum, answer.side(), answer.text(), Mark.of(judgement));
      case JudgedAnswer.Marked(var probe, var answer, var right) ->
          view(
              probe,
              Observations.PACK,
              answer.side(),
              answer.text(),
              new Mark(right ? "right" : "wrong", "task", 1.0));
      case JudgedAnswer.Unwritten(var probe, var stratum, var side, var judgement) ->
          view(probe, stratum, side, "", Mark.of(judgement));
    };
  }

  private static AnswerView view(Probe probe, String stratum, Side side, String answer, Mark mark) {
    return new AnswerView(
        probe.id(),
        probe.behaviour(),
        probe.category(),
        stratum.equals(Observations.PACK) ? null : stratum,
        side.wireName(),
        answer,
        mark.label(),
        mark.level(),
        mark.confidence());
  }
}
