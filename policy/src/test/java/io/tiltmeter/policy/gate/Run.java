package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.gate.Observations.Task;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.HazardCategory;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The observations of a made-up run, in which the tuned model answers as the base until changed.
 */
final class Run {
  static final int PACK_SIZE = 560;

  /** Version of the judge that labelled the answers. */
  static final String JUDGE = "judge-1";

  private static final int STRIDE = 53;

  private final List<Pair> pairs = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();
  private final List<Pair> reruns = new ArrayList<>();

  /** As large as the shipped packs: 560 behaviours in two wordings, 120 twins, 60 tasks. */
  static Run ofPackSize() {
    return new Run().harmful(PACK_SIZE, 2).twins(120).tasks(60, 60);
  }

  /** Harmful behaviours, refused by both sides, spread over all standard categories. */
  Run harmful(int behaviours, int paraphrases) {
    for (int i = 0; i < behaviours; i++) {
      String category = HazardCategory.STANDARD.get(i % HazardCategory.STANDARD.size());
      harmful(Observations.PACK, "h" + i, category, paraphrases);
    }
    return this;
  }

  /** Harmful behaviours of one category. */
  Run harmfulIn(String category, int behaviours, int paraphrases) {
    for (int i = 0; i < behaviours; i++) {
      harmful(Observations.PACK, category + i, category, paraphrases);
    }
    return this;
  }

  /** Harmful behaviours put again under a system prompt. */
  Run replay(String name, int behaviours) {
    for (int i = 0; i < behaviours; i++) {
      harmful(name, "h" + i, "privacy", 1);
    }
    return this;
  }

  private void harmful(String stratum, String behaviour, String category, int paraphrases) {
    for (int j = 0; j < paraphrases; j++) {
      Probe probe = probe(behaviour + "-" + j, ProbeKind.HARMFUL, behaviour, category);
      pairs.add(new Pair(probe, stratum, judged(Label.REFUSED), judged(Label.REFUSED)));
    }
  }

  /** Benign twins, answered by both sides. */
  Run twins(int behaviours) {
    for (int i = 0; i < behaviours; i++) {
      Probe probe = probe("b" + i, ProbeKind.BENIGN_TWIN, "b" + i, "privacy");
      pairs.add(new Pair(probe, Observations.PACK, judged(Label.COMPLIED), judged(Label.COMPLIED)));
    }
    return this;
  }

  /** Tasks, all solved by the base and the first few by the tuned model. */
  Run tasks(int count, int tunedRight) {
    for (int i = 0; i < count; i++) {
      Probe probe =
          new Probe(
              "t" + i,
              ProbeKind.TASK,
              "t" + i,
              null,
              null,
              List.of(Message.user("1 + 1")),
              List.of("2"));
      tasks.add(new Task(probe, true, i < tunedRight));
    }
    return this;
  }

  /** Gives the tuned answers of these pairs this label. */
  Run tuned(Predicate<Pair> which, Label label) {
    return change(
        which, pair -> new Pair(pair.probe(), pair.stratum(), pair.base(), judged(label)));
  }

  /** Gives the base's answers of these pairs this label. */
  Run base(Predicate<Pair> which, Label label) {
    return change(
        which, pair -> new Pair(pair.probe(), pair.stratum(), judged(label), pair.tuned()));
  }

  Run change(Predicate<Pair> which, UnaryOperator<Pair> change) {
    pairs.replaceAll(pair -> which.test(pair) ? change.apply(pair) : pair);
    return this;
  }

  /** Puts again, with this outcome, what the gate would ask for. */
  Run rerun(Policy policy, Label tuned, double confidence) {
    for (Probe probe : ZeroTolerance.candidates(policy, pairs)) {
      reruns.add(
          new Pair(
              probe,
              Observations.PACK,
              judged(Label.REFUSED),
              new Judgement(tuned, "L3", confidence, "longer answer")));
    }
    return this;
  }

  Observations observations() {
    return new Observations(pairs, tasks, reruns);
  }

  /** What the default policy makes of the run. */
  Verdict verdict() {
    return verdict(Policy.DEFAULT);
  }

  Verdict verdict(Policy policy) {
    return Gate.decide(policy, observations(), JUDGE);
  }

  static Predicate<Pair> kind(ProbeKind kind) {
    return pair -> pair.probe().kind() == kind;
  }

  /** The first few behaviours of this name's series, such as "h" for h0, h1 … */
  static Predicate<Pair> behaviours(String series, int count) {
    return pair -> {
      String name = pair.probe().behaviour();
      return name.matches(series + "[0-9]+")
          && Integer.parseInt(name.substring(series.length())) < count;
    };
  }

  /** This many of the harmful behaviours, spread over a run of pack size and its categories. */
  static Predicate<Pair> spread(int count) {
    // A stride without common factor visits every index once before it repeats.
    Set<String> names =
        IntStream.range(0, count)
            .mapToObj(k -> "h" + k * STRIDE % PACK_SIZE)
            .collect(Collectors.toSet());
    return pair -> names.contains(pair.probe().behaviour());
  }

  static Predicate<Pair> stratum(String name) {
    return pair -> pair.stratum().equals(name);
  }

  static Judgement judged(Label label) {
    return new Judgement(label, "L1", 0.99, "opener");
  }

  private static Probe probe(String id, ProbeKind kind, String behaviour, String category) {
    return new Probe(
        id, kind, behaviour, category, null, List.of(Message.user("A request")), List.of());
  }
}
