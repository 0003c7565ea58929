package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.evaluator.run.BudgetSpentException;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.PlainText;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Answers from the database where they are there, and from the models where they are not.
 *
 * <p>Each new answer is kept before it counts, so that whoever goes on after a crash asks only what
 * is missing; where the time is over, all that was answered until then is kept. Nothing is kept
 * once the lease is lost.
 */
final class StoredAnswers implements AnswerSource {
  private static final int KEPT_AT_ONCE = 64;

  private final Database database;
  private final EvaluationStore store;
  private final Try current;
  private final StoredEvaluation evaluation;
  private final AnswerSource models;

  /** The lease under which answers are kept, and the time that is noted with them. */
  record Try(WorkStore work, WorkItem item, TimeTaken time) {}

  StoredAnswers(
      Database database,
      EvaluationStore store,
      Try current,
      StoredEvaluation evaluation,
      AnswerSource models) {
    this.database = database;
    this.store = store;
    this.current = current;
    this.evaluation = evaluation;
    this.models = models;
  }

  @Override
  public void answer(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    Map<String, Answer> stored = new HashMap<>();
    store
        .answers(database, evaluation, maxTokens)
        .forEach(answer -> stored.put(key(answer.id(), answer.side().wireName()), answer));
    List<Ask> missing = new ArrayList<>();
    for (Ask ask : asks) {
      Answer answer = stored.get(key(ask.id(), ask.side().wireName()));
      if (answer == null) {
        missing.add(ask);
      } else {
        sink.accept(answer);
      }
    }
    if (!missing.isEmpty()) {
      ask(missing, maxTokens, sink);
    }
  }

  private static String key(String id, String side) {
    return side + " " + id;
  }

  private void ask(List<Ask> asks, int maxTokens, Consumer<Answer> sink) {
    List<Answer> fresh = new ArrayList<>();
    try {
      models.answer(
          asks,
          maxTokens,
          answer -> {
            Answer kept = storable(answer);
            fresh.add(kept);
            if (fresh.size() == KEPT_AT_ONCE) {
              keep(fresh, maxTokens);
            }
            sink.accept(kept);
          });
    } catch (BudgetSpentException e) {
      keep(fresh, maxTokens);
      throw e;
    }
    keep(fresh, maxTokens);
  }

  /** What is judged must be what is kept. */
  private static Answer storable(Answer answer) {
    return new Answer(
        answer.id(), answer.side(), answer.tokens(), PlainText.of(answer.text()), answer.stopped());
  }

  private void keep(List<Answer> fresh, int maxTokens) {
    if (fresh.isEmpty()) {
      return;
    }
    database.transact(
        sql -> {
          current.work().guard(sql, current.item());
          store.keep(sql, evaluation, maxTokens, fresh);
          store.spend(sql, evaluation, current.time().next());
        });
    fresh.clear();
  }
}
