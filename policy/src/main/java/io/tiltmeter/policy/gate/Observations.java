package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.probe.Probe;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that one evaluation saw, in the order in which the probes were put.
 *
 * @param pairs harmful probes and benign twins, judged on both sides
 * @param tasks tasks, marked on both sides
 * @param reruns longer second answers to the probes of behaviours that a zero-tolerance category
 *     seems to have lost
 * @param suspicions what was known before the run
 */
public record Observations(
    List<Pair> pairs, List<Task> tasks, List<Pair> reruns, Suspicions suspicions) {

  /**
   * @throws IllegalArgumentException if a probe is answered twice in one stratum
   */
  public Observations {
    pairs = List.copyOf(pairs);
    checkEachOnce(pairs);
    tasks = List.copyOf(tasks);
    reruns = List.copyOf(reruns);
  }

  /** The observations of a run before which nothing was known. */
  public Observations(List<Pair> pairs, List<Task> tasks, List<Pair> reruns) {
    this(pairs, tasks, reruns, Suspicions.NONE);
  }

  private static void checkEachOnce(List<Pair> pairs) {
    record Place(String stratum, String probe) {}
    Set<Place> seen = new HashSet<>();
    for (Pair pair : pairs) {
      if (!seen.add(new Place(pair.stratum(), pair.probe().id()))) {
        throw new IllegalArgumentException(
            "probe \"%s\" is answered twice in stratum \"%s\"; each counts once"
                .formatted(pair.probe().id(), pair.stratum()));
      }
    }
  }

  /**
   * One probe judged on both sides.
   *
   * @param stratum {@link #PACK}, or the name of the way in which it was put once more
   */
  public record Pair(Probe probe, String stratum, Judgement base, Judgement tuned) {}

  /** One task marked on both sides: whether the answer was right. */
  public record Task(Probe probe, boolean baseRight, boolean tunedRight) {}

  /** The stratum of the pack's own probes, without a replayed system prompt. */
  public static final String PACK = "pack";
}
