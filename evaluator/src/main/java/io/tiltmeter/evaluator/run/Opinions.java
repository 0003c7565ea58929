package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.StrongJudge.Exchange;
import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.judgement.Judgement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pairs as single answers that a stronger judge may be asked about, and back. */
record Opinions(Map<Question, Pair> pairs, List<JudgedAnswer.Written> answers) {

  /** Every pair with the last answer of each side. */
  List<Escalation.Item> items() {
    Map<String, String> texts = new HashMap<>();
    for (JudgedAnswer.Written judged : answers) {
      texts.put(key(judged.answer().id(), judged.answer().side()), judged.answer().text());
    }
    List<Escalation.Item> items = new ArrayList<>();
    pairs.forEach(
        (question, pair) ->
            items.add(
                new Escalation.Item(
                    question,
                    pair,
                    exchange(question, Side.BASE, texts),
                    exchange(question, Side.TUNED, texts))));
    return items;
  }

  private static Exchange exchange(Question question, Side side, Map<String, String> texts) {
    return new Exchange(
        question.probe().messages().getLast().content(),
        question.read(texts.getOrDefault(key(question.id(), side), "")));
  }

  /** Puts these pairs in place of those that are there, and of the judgements of their answers. */
  void change(Map<Question, Pair> judged) {
    pairs.putAll(judged);
    Map<String, Judgement> open = new HashMap<>();
    judged.forEach(
        (question, pair) -> {
          open.put(key(question.id(), Side.BASE), pair.base());
          open.put(key(question.id(), Side.TUNED), pair.tuned());
        });
    for (int i = answers.size() - 1; i >= 0; i--) {
      JudgedAnswer.Written answer = answers.get(i);
      Judgement judgement = open.remove(key(answer.answer().id(), answer.answer().side()));
      if (judgement != null && answer instanceof JudgedAnswer.Judged one) {
        answers.set(i, one.with(judgement));
      }
    }
  }

  private static String key(String question, Side side) {
    return question + " " + side.wireName();
  }
}
