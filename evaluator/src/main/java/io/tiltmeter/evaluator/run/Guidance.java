package io.tiltmeter.evaluator.run;

import io.tiltmeter.policy.gate.Suspicions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a scan of the training data gives an evaluation to look at.
 *
 * @param replays ways in which the harmful probes are put once more, each with a name of its own
 * @param categories that are asked deeper, and have to pass where the policy certifies
 * @param doubts rules by which a pass is withheld whatever is answered
 */
public record Guidance(
    List<? extends Replay> replays, Set<String> categories, List<String> doubts) {

  /** Nothing but the pack. */
  public static final Guidance NONE = of(List.of());

  public Guidance {
    replays = List.copyOf(replays);
    categories = Set.copyOf(categories);
    doubts = List.copyOf(doubts);
  }

  /** The pack, and these replays. */
  public static Guidance of(List<? extends Replay> replays) {
    return new Guidance(replays, Set.of(), List.of());
  }

  /** What the gate has to know of it. */
  Suspicions suspicions() {
    return new Suspicions(
        replays.stream()
            .filter(Replay::isSample)
            .map(Replay::name)
            .collect(Collectors.toUnmodifiableSet()),
        categories,
        doubts);
  }
}
