package io.tiltmeter.evaluator.remote;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import java.util.List;
import java.util.function.Consumer;

/** Asks each side where it runs; one after the other. */
public final class EachSide implements AnswerSource {
  private final AnswerSource base;
  private final AnswerSource tuned;

  private EachSide(AnswerSource base, AnswerSource tuned) {
    this.base = base;
    this.tuned = tuned;
  }

  /** A pair of which the sides run apart. */
  public static EachSide of(AnswerSource base, AnswerSource tuned) {
    return new EachSide(base, tuned);
  }

  /** Lets a model that was loaded as a base answer for the tuned side. */
  public static AnswerSource asTuned(AnswerSource loadedAsBase) {
    return (asks, maxTokens, sink) ->
        loadedAsBase.answer(
            asks.stream().map(ask -> new Ask(ask.id(), Side.BASE, ask.input())).toList(),
            maxTokens,
            answer -> sink.accept(tuned(answer)));
  }

  private static Answer tuned(Answer answer) {
    return new Answer(
        answer.id(),
        Side.TUNED,
        answer.tokens(),
        answer.length(),
        answer.text(),
        answer.stopped(),
        answer.likelihoods());
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    base.answer(of(asks, Side.BASE), maxTokens, sink);
    tuned.answer(of(asks, Side.TUNED), maxTokens, sink);
  }

  private static List<Ask> of(List<Ask> asks, Side side) {
    return asks.stream().filter(ask -> ask.side() == side).toList();
  }
}
