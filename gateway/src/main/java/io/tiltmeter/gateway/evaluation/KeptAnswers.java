package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.gateway.db.Sql;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The answers that one evaluation kept, read once; asks no model. */
final class KeptAnswers implements AnswerSource {
  private final Sql sql;
  private final EvaluationStore store;
  private final StoredEvaluation evaluation;
  private final Map<Integer, Map<String, Answer>> byCap = new HashMap<>();

  KeptAnswers(Sql sql, EvaluationStore store, StoredEvaluation evaluation) {
    this.sql = sql;
    this.store = store;
    this.evaluation = evaluation;
  }

  /** Whether nothing at all was kept. */
  boolean isEmpty() {
    return kept(evaluation.maxTokens()).isEmpty();
  }

  /**
   * Hands over those that are there.
   *
   * @throws MissingAnswersException if others are not
   */
  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    Map<String, Answer> kept = kept(maxTokens);
    long missing =
        asks.stream().filter(ask -> !kept.containsKey(key(ask))).map(Ask::id).distinct().count();
    handOver(asks, maxTokens, sink);
    if (missing > 0) {
      throw new MissingAnswersException((int) missing, maxTokens);
    }
  }

  /** The same answers for who can do with a part of them. */
  AnswerSource asFarAsTheyGo() {
    return this::handOver;
  }

  private void handOver(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    Map<String, Answer> kept = kept(maxTokens);
    asks.stream().map(ask -> kept.get(key(ask))).filter(Objects::nonNull).forEach(sink);
  }

  private Map<String, Answer> kept(int maxTokens) {
    return byCap.computeIfAbsent(maxTokens, this::read);
  }

  private Map<String, Answer> read(int maxTokens) {
    Map<String, Answer> kept = new HashMap<>();
    store
        .answers(sql, evaluation, maxTokens)
        .forEach(answer -> kept.put(answer.side() + " " + answer.id(), answer));
    return kept;
  }

  private static String key(Ask ask) {
    return ask.side() + " " + ask.id();
  }
}
