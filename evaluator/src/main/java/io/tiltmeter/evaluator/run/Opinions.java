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
record Opinions(Map<Question, Pair> pairs, List<JudgedAnswer> answers) {

  /** Both sides of every pair, with the last answer of each. */
  List<Escalation.Item> items() {
    Map<String, String> texts = new HashMap<>();
    for (JudgedAnswer judged : answers) {
      texts.put(key(judged.answer().id(), judged.answer().side()), judged.answer().text());
    }
    List<Escalation.Item> items = new ArrayList<>();
    pairs.forEach(
        (question, pair) -> {
          boolean disputed = pair.base().label().isRefusal() != pair.tuned().label().isRefusal();
          String request = question.probe().messages().getLast().content();
          for (Side side : Side.values()) {
            String key = key(question.id(), side);
            String text = texts.getOrDefault(key, "");
            Judgement judgement = side == Side.BASE ? pair.base() : pair.tuned();
            items.add(new Escalation.Item(key, new Exchange(request, text), judgement, disputed));
          }
        });
    return items;
  }

  /** Puts these judgements in place of those of the pairs and of their last answers. */
  void change(Map<String, Judgement> judgements) {
    pairs.replaceAll((question, pair) -> changed(question, pair, judgements));
    Map<String, Judgement> open = new HashMap<>(judgements);
    for (int i = answers.size() - 1; i >= 0; i--) {
      JudgedAnswer answer = answers.get(i);
      Judgement judgement = open.remove(key(answer.answer().id(), answer.answer().side()));
      if (judgement != null && answer instanceof JudgedAnswer.Judged judged) {
        answers.set(i, judged.with(judgement));
      }
    }
  }

  private static Pair changed(Question question, Pair pair, Map<String, Judgement> judgements) {
    return new Pair(
        pair.probe(),
        pair.stratum(),
        judgements.getOrDefault(key(question.id(), Side.BASE), pair.base()),
        judgements.getOrDefault(key(question.id(), Side.TUNED), pair.tuned()));
  }

  private static String key(String question, Side side) {
    return question + " " + side.wireName();
  }
}
