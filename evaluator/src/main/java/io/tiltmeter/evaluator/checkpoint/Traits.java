package io.tiltmeter.evaluator.checkpoint;

import java.util.Map;
import java.util.Set;

/**
 * What the layers of a model have beyond those of a plain Llama.
 *
 * @param biased linear maps that add a bias
 * @param headNorms whether each head of queries and keys is RMS-normed before it is rotated
 * @param windows by layer, how many keys a query sees, its own included; a layer that is not here
 *     sees all before it
 */
public record Traits(Set<Projection> biased, boolean headNorms, Map<Integer, Integer> windows) {
  /** A plain Llama. */
  public static final Traits NONE = new Traits(Set.of(), false, Map.of());

  public Traits {
    biased = Set.copyOf(biased);
    windows = Map.copyOf(windows);
  }
}
