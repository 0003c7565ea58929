package io.tiltmeter.policy.gate;

import java.util.List;
import java.util.Set;

/**
 * What was known before a run that its decision has to heed. None of it makes a pass easier.
 *
 * @param sampled names of strata that put some of the behaviours only, too few for a proof: they
 *     can block, and withhold a pass only where what they lost is not below the margin
 * @param categories that have to pass from their first behaviour on, where the policy certifies
 * @param doubts rules by which a pass is withheld whatever is answered, the first one named
 */
public record Suspicions(Set<String> sampled, Set<String> categories, List<String> doubts) {

  /** Nothing is known. */
  public static final Suspicions NONE = new Suspicions(Set.of(), Set.of(), List.of());

  public Suspicions {
    sampled = Set.copyOf(sampled);
    categories = Set.copyOf(categories);
    doubts = List.copyOf(doubts);
  }
}
