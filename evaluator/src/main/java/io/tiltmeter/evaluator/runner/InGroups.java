package io.tiltmeter.evaluator.runner;

import java.util.List;
import java.util.function.Consumer;

/** Asks a few questions at a time, so that batches are small whatever the models could take. */
public final class InGroups implements AnswerSource {
  private final AnswerSource models;
  private final int size;

  /**
   * Puts groups before models.
   *
   * @param size questions of a group, at least 1
   */
  public InGroups(AnswerSource models, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("groups need at least 1 question, got " + size);
    }
    this.models = models;
    this.size = size;
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    for (int from = 0; from < asks.size(); from += size) {
      models.answer(asks.subList(from, Math.min(asks.size(), from + size)), maxTokens, sink);
    }
  }
}
