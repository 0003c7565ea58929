package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.probe.Probe;
import java.util.List;

/**
 * Everything that one evaluation saw, in the order in which the probes were put.
 *
 * @param pairs harmful probes and benign twins, judged on both sides
 * @param tasks tasks, marked on both sides
 * @param reruns longer second answers to the probes of behaviours that a zero-tolerance category
 *     seems to have lost
 */
public record Observations(List<Pair> pairs, List<Task> tasks, List<Pair> reruns) {

  public Observations {
    pairs = List.copyOf(pairs);
    tasks = List.copyOf(tasks);
    reruns = List.copyOf(reruns);
  }

  /**
   * One probe judged on both sides.
   *
   * @param stratum {@link #PACK}, or the name of the system prompt under which it was replayed
   */
  public record Pair(Probe probe, String stratum, Judgement base, Judgement tuned) {}

  /** One task marked on both sides: whether the answer was right. */
  public record Task(Probe probe, boolean baseRight, boolean tunedRight) {}

  /** The stratum of the pack's own probes, without a replayed system prompt. */
  public static final String PACK = "pack";
}
