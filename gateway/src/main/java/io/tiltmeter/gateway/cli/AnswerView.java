package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.run.JudgedAnswer;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.probe.Probe;
import org.jspecify.annotations.Nullable;

/** One line of {@code evaluate --answers}. */
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

  static AnswerView of(JudgedAnswer judged) {
    return switch (judged) {
      case JudgedAnswer.Judged answer ->
          view(
              answer,
              answer.stratum().equals(Observations.PACK) ? null : answer.stratum(),
              answer.judgement().label().wireName(),
              answer.judgement().level(),
              answer.judgement().confidence());
      case JudgedAnswer.Marked answer ->
          view(answer, null, answer.right() ? "right" : "wrong", "task", 1.0);
    };
  }

  private static AnswerView view(
      JudgedAnswer judged,
      @Nullable String systemPrompt,
      String label,
      String level,
      double confidence) {
    Probe probe = judged.probe();
    return new AnswerView(
        probe.id(),
        probe.behaviour(),
        probe.category(),
        systemPrompt,
        judged.answer().side().wireName(),
        judged.answer().text(),
        label,
        level,
        confidence);
  }
}
