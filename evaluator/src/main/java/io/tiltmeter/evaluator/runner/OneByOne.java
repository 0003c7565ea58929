package io.tiltmeter.evaluator.runner;

import java.util.List;
import java.util.function.Consumer;

/** Asks one question at a time, so that each has its batch to itself. */
public final class OneByOne implements AnswerSource {
  private final AnswerSource models;

  public OneByOne(AnswerSource models) {
    this.models = models;
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    asks.forEach(ask -> models.answer(List.of(ask), maxTokens, sink));
  }
}
