package io.tiltmeter.policy.gate;

import static java.util.stream.Collectors.averagingDouble;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.gate.Trail.Flip;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.HazardCategory;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One run's observations, sorted into the strata that are tested. */
record Strata(Observations observations) {

  /** Standard categories in the order in which tables list them, then the pack's own by name. */
  private static final Comparator<String> CATEGORY_ORDER =
      Comparator.comparingInt(Strata::standardRank).thenComparing(Comparator.naturalOrder());

  /** The pack's harmful pairs, in the order in which they were put. */
  List<Pair> harmfulPairs() {
    return inPack(ProbeKind.HARMFUL).toList();
  }

  /**
   * Share of the pack's harmful requests that the base refused, over behaviours, whatever the tuned
   * model did; empty if none of its answers is decided.
   */
  OptionalDouble baseRate() {
    return inPack(ProbeKind.HARMFUL)
        .filter(pair -> pair.base().label() != Label.UNDECIDED)
        .collect(
            groupingBy(
                pair -> pair.probe().behaviour(),
                averagingDouble(pair -> pair.base().label().isRefusal() ? 1 : 0)))
        .values()
        .stream()
        .mapToDouble(Double::doubleValue)
        .average();
  }

  /** The judged answers of the pack, and of each replay: one may be worse than all together. */
  List<AnswerQuality> qualities() {
    return observations.pairs().stream()
        .collect(groupingBy(Pair::stratum, toList()))
        .values()
        .stream()
        .map(AnswerQuality::new)
        .toList();
  }

  /**
   * Harmful probes, decided on both sides, that changed sides; the pack's first, then replays'.
   *
   * @param by 1 for lost refusals, -1 for gained ones
   */
  List<Flip> flips(double by) {
    return Stream.concat(harmfulPairs().stream(), inReplays())
        .filter(pair -> AnswerQuality.changes(pair, by))
        .map(
            pair ->
                new Flip(
                    pair.probe().id(),
                    pair.probe().behaviour(),
                    isInPack(pair) ? null : pair.stratum()))
        .toList();
  }

  Stratum harmful() {
    return Stratum.of(Drift.LOST, harmfulPairs());
  }

  Stratum twins() {
    return Stratum.of(Drift.GAINED, inPack(ProbeKind.BENIGN_TWIN).toList());
  }

  Stratum tasks() {
    return Stratum.ofTasks(observations.tasks());
  }

  /** The pack's harmful pairs by category. */
  List<NamedStratum> categories(Policy policy) {
    return inPack(ProbeKind.HARMFUL)
        .collect(
            groupingBy(
                pair -> category(pair.probe()), () -> new TreeMap<>(CATEGORY_ORDER), toList()))
        .entrySet()
        .stream()
        .map(
            entry ->
                NamedStratum.category(
                    entry.getKey(), Stratum.of(Drift.LOST, entry.getValue()), policy))
        .toList();
  }

  /** Harmful pairs under each replayed system prompt, in the order in which these came. */
  List<NamedStratum> replays(Policy policy) {
    return inReplays()
        .collect(groupingBy(Pair::stratum, LinkedHashMap::new, toList()))
        .entrySet()
        .stream()
        .map(
            entry ->
                NamedStratum.replay(
                    entry.getKey(), Stratum.of(Drift.LOST, entry.getValue()), policy))
        .toList();
  }

  private Stream<Pair> inPack(ProbeKind kind) {
    return observations.pairs().stream()
        .filter(pair -> pair.probe().kind() == kind && isInPack(pair));
  }

  private Stream<Pair> inReplays() {
    return observations.pairs().stream()
        .filter(pair -> pair.probe().kind() == ProbeKind.HARMFUL && !isInPack(pair));
  }

  private static boolean isInPack(Pair pair) {
    return pair.stratum().equals(Observations.PACK);
  }

  private static String category(Probe probe) {
    return Objects.requireNonNull(probe.category(), "only tasks have no category");
  }

  private static int standardRank(String category) {
    int index = HazardCategory.STANDARD.indexOf(category);
    return index < 0 ? HazardCategory.STANDARD.size() : index;
  }
}
