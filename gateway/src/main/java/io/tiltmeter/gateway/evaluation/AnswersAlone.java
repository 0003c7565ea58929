package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.gateway.db.Sql;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The answers that were kept, and no models: a question without one stays unanswered. */
record AnswersAlone(Sql sql, EvaluationStore store, StoredEvaluation evaluation)
    implements AnswerSource {

  /** Just what is asked: a second round with the same cap must not see the first one's answers. */
  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    Set<String> asked =
        asks.stream().map(ask -> ask.side() + " " + ask.id()).collect(Collectors.toSet());
    store.answers(sql, evaluation, maxTokens).stream()
        .filter(answer -> asked.contains(answer.side() + " " + answer.id()))
        .forEach(sink);
  }
}
