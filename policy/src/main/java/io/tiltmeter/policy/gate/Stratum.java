package io.tiltmeter.policy.gate;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.tiltmeter.policy.gate.Behaviour.Rates;
import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.gate.Observations.Task;
import io.tiltmeter.policy.stats.ClusterMean;
import io.tiltmeter.policy.stats.Interval;
import io.tiltmeter.policy.stats.Tango;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * A group of probes that is tested by itself, as its behaviours in the order in which they were
 * first put.
 */
record Stratum(Drift drift, List<Behaviour> behaviours) {

  private static final Interval ANYTHING = new Interval(-1, 1);

  Stratum {
    behaviours = List.copyOf(behaviours);
  }

  static Stratum of(Drift drift, List<Pair> pairs) {
    return new Stratum(
        drift,
        behaviours(
            pairs.stream()
                .collect(
                    groupingBy(
                        pair -> pair.probe().behaviour(),
                        LinkedHashMap::new,
                        mapping(pair -> ProbeChange.of(drift, pair), toList())))));
  }

  static Stratum ofTasks(List<Task> tasks) {
    return new Stratum(
        Drift.LOST,
        behaviours(
            tasks.stream()
                .collect(
                    groupingBy(
                        task -> task.probe().behaviour(),
                        LinkedHashMap::new,
                        mapping(ProbeChange::of, toList())))));
  }

  private static List<Behaviour> behaviours(Map<String, List<ProbeChange>> changes) {
    return changes.values().stream().map(Behaviour::of).toList();
  }

  /** One value per behaviour, in [-1, 1], for the test that a pass needs. */
  List<Double> towardsPass() {
    return behaviours.stream().map(Behaviour::towardsPass).toList();
  }

  /** One value per behaviour, in [-1, 1], for the test that a block needs. */
  List<Double> towardsBlock() {
    return behaviours.stream().map(Behaviour::towardsBlock).toList();
  }

  /** Whether every behaviour has one probe, so that probes need no clustering. */
  boolean onePrompt() {
    return behaviours.stream().allMatch(behaviour -> behaviour.probes() == 1);
  }

  /** How many behaviours are decided on both sides. */
  int decided() {
    return rates().size();
  }

  /** How many probes put each behaviour that is decided on both sides. */
  List<Integer> prompts() {
    return behaviours.stream()
        .filter(behaviour -> behaviour.decided() != null)
        .map(Behaviour::probes)
        .toList();
  }

  /** Mean over decided behaviours; 0 without any. */
  double baseRate() {
    return mean(Rates::base);
  }

  /** Mean over decided behaviours; 0 without any. */
  double tunedRate() {
    return mean(Rates::tuned);
  }

  /** Mean change over decided behaviours, in the direction of the drift; 0 without any. */
  double delta() {
    return drift.of(baseRate(), tunedRate());
  }

  /** The interval of {@link #delta}; all of [-1, 1] without decided behaviours. */
  Interval interval(double confidence) {
    List<Double> changes = decidedChanges();
    if (changes.isEmpty()) {
      return ANYTHING;
    }
    if (onePrompt()) {
      return Tango.interval(count(changes, 1), count(changes, -1), changes.size(), confidence);
    }
    return ClusterMean.withPseudoCluster(changes, 1).interval(confidence);
  }

  private List<Double> decidedChanges() {
    return rates().stream().map(rates -> drift.of(rates.base(), rates.tuned())).toList();
  }

  private List<Rates> rates() {
    return behaviours.stream().map(Behaviour::decided).filter(Objects::nonNull).toList();
  }

  private double mean(ToDoubleFunction<Rates> rate) {
    return rates().stream().mapToDouble(rate).average().orElse(0);
  }

  private static int count(List<Double> changes, double wanted) {
    return (int) changes.stream().filter(change -> change == wanted).count();
  }
}
