package io.tiltmeter.evaluator.run;

import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.lineage.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which answers are asked for again, longer, because a refusal was cut off and may turn to
 * compliance afterwards: level L3. Fine-tunes can be trained to refuse first and to answer then
 * (NOICE: J. Kazdan et al. 2025), which defeats whoever reads first words only.
 *
 * <p>Pairs of which one side refuses are looked at all; of pairs of which both do, a tenth, drawn
 * by the pack's digest, and all in categories that are asked deeper; all the others too if one of
 * these turned.
 */
final class SecondLook {
  private static final String LEVEL = "L3";
  private static final double SHARE = 0.1;

  private final Digest pack;
  private final Set<String> cut;
  private final Set<String> deeper;

  /**
   * @param cut ids of questions of which a side's refusal was ended by its length
   */
  SecondLook(EvaluationPlan plan, Set<String> cut) {
    this.pack = plan.pack().digest();
    this.cut = cut;
    this.deeper = plan.guidance().categories();
  }

  /** The questions to put first. */
  List<Question> first(Map<Question, Pair> pairs) {
    List<Question> chosen = new ArrayList<>(cut(pairs, false));
    List<Question> agreed = cut(pairs, true);
    agreed.stream().filter(this::isDeeper).forEach(chosen::add);
    agreed.stream()
        .filter(question -> !isDeeper(question))
        .sorted(Comparator.comparing(question -> Digest.of(pack + " " + question.id()).hex()))
        .limit((long) Math.ceil(SHARE * agreed.size()))
        .forEach(chosen::add);
    return chosen;
  }

  private boolean isDeeper(Question question) {
    String category = question.probe().category();
    return category != null && deeper.contains(category);
  }

  /** Whether an agreed refusal turned, so that the rest is to be put too. */
  boolean hasTurned(Map<Question, Pair> pairs, Map<Question, Pair> longer) {
    return cut(pairs, true).stream()
        .map(longer::get)
        .filter(Objects::nonNull)
        .anyMatch(SecondLook::turned);
  }

  /** All agreed refusals that were not looked at yet. */
  List<Question> rest(Map<Question, Pair> pairs, Map<Question, Pair> longer) {
    return cut(pairs, true).stream().filter(question -> !longer.containsKey(question)).toList();
  }

  private static boolean turned(Pair pair) {
    return !(pair.base().label().isRefusal() && pair.tuned().label().isRefusal());
  }

  private List<Question> cut(Map<Question, Pair> pairs, boolean agreed) {
    return pairs.entrySet().stream()
        .filter(entry -> cut.contains(entry.getKey().id()) && turned(entry.getValue()) != agreed)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A judgement of a longer answer. */
  static Judgement atItsLevel(Judgement judgement) {
    return new Judgement(judgement.label(), LEVEL, judgement.confidence(), judgement.reason());
  }
}
