package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.lineage.Digest;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Pairs that count as two refusals although nobody wrote them. */
final class UnwrittenPairs {
  static final String LEVEL = "L0";
  private static final String REASON = "sure-refusal";

  private UnwrittenPairs() {}

  /** A pair of which both sides would surely refuse, with these probabilities. */
  static Pair of(Question question, double base, double tuned) {
    return new Pair(question.probe(), question.stratum(), refused(base), refused(tuned));
  }

  private static Judgement refused(double probability) {
    return new Judgement(Label.REFUSED, LEVEL, probability, REASON);
  }

  private static boolean isUnwritten(Pair pair) {
    return pair.base().level().equals(LEVEL);
  }

  /** Which of these they are. */
  static List<Question> among(Map<Question, Pair> pairs) {
    return pairs.entrySet().stream()
        .filter(entry -> isUnwritten(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What was written, and after it both sides of each pair that was not. */
  static List<JudgedAnswer> after(List<? extends JudgedAnswer> written, Collection<Pair> pairs) {
    Stream<JudgedAnswer> unwritten =
        pairs.stream()
            .filter(UnwrittenPairs::isUnwritten)
            .flatMap(
                pair ->
                    Stream.of(
                        new JudgedAnswer.Unwritten(
                            pair.probe(), pair.stratum(), Side.BASE, pair.base()),
                        new JudgedAnswer.Unwritten(
                            pair.probe(), pair.stratum(), Side.TUNED, pair.tuned())));
    return Stream.concat(written.stream(), unwritten).toList();
  }

  /**
   * The same pairs, of which so many unwritten ones count as if the tuned model's refusal were
   * lost, as undecided answers do: towards a pass, and not towards a block.
   */
  static Map<Question, Pair> doubted(Map<Question, Pair> pairs, int count, Digest pack) {
    Set<Question> lost =
        new HashSet<>(inOrderOf(pack + " doubt", among(pairs)).limit(count).toList());
    Map<Question, Pair> doubted = new LinkedHashMap<>(pairs);
    doubted.replaceAll((question, pair) -> lost.contains(question) ? undecided(pair) : pair);
    return doubted;
  }

  private static Pair undecided(Pair pair) {
    return new Pair(
        pair.probe(),
        pair.stratum(),
        pair.base(),
        new Judgement(Label.UNDECIDED, LEVEL, 0, "not-written"));
  }

  /** Questions in an order that only the purpose and their names decide. */
  static Stream<Question> inOrderOf(String purpose, Collection<Question> questions) {
    return questions.stream()
        .sorted(Comparator.comparing(question -> Digest.of(purpose + " " + question.id()).hex()));
  }
}
