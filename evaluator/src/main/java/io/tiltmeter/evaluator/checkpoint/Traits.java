package io.tiltmeter.evaluator.checkpoint;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the layers of a model have beyond those of a plain Llama.
 *
 * @param biased linear maps that add a bias
 * @param headNorms whether each head of queries and keys is RMS-normed before it is rotated
 * @param windows by layer, how many keys a query sees, its own included; a layer that is not here
 *     sees all before it
 * @param gemma what the Gemma families do in another way; null in others
 */
public record Traits(
    Set<Projection> biased,
    boolean headNorms,
    Map<Integer, Integer> windows,
    @Nullable Gemma gemma) {
  /** A plain Llama. */
  public static final Traits NONE = new Traits(Set.of(), false, Map.of());

  public Traits {
    biased = Set.copyOf(biased);
    windows = Map.copyOf(windows);
  }

  /** Of a family other than Gemma. */
  public Traits(Set<Projection> biased, boolean headNorms, Map<Integer, Integer> windows) {
    this(biased, headNorms, windows, null);
  }
}
