package io.tiltmeter.gateway.evaluation;

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
 * is missing. Nothing is kept once the lease is lost.
 */
final class StoredAnswers implements AnswerSource {
  private static final int KEPT_AT_ONCE = 64;

  private final Database database;
  private final EvaluationStore store;
  private final Lease lease;
  private final StoredEvaluation evaluation;
  private final AnswerSource models;

  /** The lease under which answers are kept. */
  record Lease(WorkStore work, WorkItem item) {}

  StoredAnswers(
      Database database,
      EvaluationStore store,
      Lease lease,
      StoredEvaluation evaluation,
      AnswerSource models) {
    this.database = database;
    this.store = store;
    this.lease = lease;
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
          lease.work().guard(sql, lease.item());
          store.keep(sql, evaluation, maxTokens, fresh);
        });
    fresh.clear();
  }
}
