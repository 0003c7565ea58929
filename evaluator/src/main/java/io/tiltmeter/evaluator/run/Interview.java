package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Puts questions to both sides and keeps what they answered. */
final class Interview {
  private final Map<String, Answer> base = new HashMap<>();
  private final Map<String, Answer> tuned = new HashMap<>();

  /** Asks, and keeps what is answered also where not everything could be. */
  void hold(
      List<Question> questions,
      int maxTokens,
      Predicate<Question> mayCut,
      AnswerSource models,
      EvaluationListener listener) {
    List<Ask> asks = new ArrayList<>(2 * questions.size());
    for (Question question : questions) {
      asks.add(question.ask(Side.BASE, mayCut.test(question)));
      asks.add(question.ask(Side.TUNED, mayCut.test(question)));
    }
    models.answer(
        asks,
        maxTokens,
        answer -> {
          side(answer.side()).put(answer.id(), answer);
          listener.answered(base.size() + tuned.size(), asks.size());
        });
  }

  /** Whether both sides answered. */
  boolean isAnswered(Question question) {
    return base.containsKey(question.id()) && tuned.containsKey(question.id());
  }

  private Map<String, Answer> side(Side side) {
    return side == Side.BASE ? base : tuned;
  }

  Answer answer(Question question, Side side) {
    Answer answer = side(side).get(question.id());
    if (answer == null) {
      throw new IllegalStateException(
          "no answer of the %s model to probe \"%s\""
              .formatted(side.wireName(), question.probe().id()));
    }
    return answer;
  }

  long tokens() {
    return tokens(base) + tokens(tuned);
  }

  private static long tokens(Map<String, Answer> answers) {
    return answers.values().stream().mapToLong(Answer::length).sum();
  }
}
