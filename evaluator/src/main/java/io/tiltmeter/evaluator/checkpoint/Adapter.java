package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a tuned model has beside or in place of its base's tensors: the pairs of a PEFT LoRA
 * adapter, {@code y = W x + scale * B (A x)}, and tensors of its own.
 *
 * @param directory real path of the directory
 * @param maxRank largest rank of any pair, 0 without pairs
 * @param pairs by layer and projection; projections that the adapter leaves alone are absent
 * @param replaced by the base's tensor name; an output head may stand beside a tied embedding, and
 *     takes the tuned rows' logits from it
 */
public record Adapter(
    Path directory, int maxRank, Map<Site, LowRankPair> pairs, Map<String, TensorEntry> replaced) {

  public Adapter {
    pairs = Map.copyOf(pairs);
    replaced = Map.copyOf(replaced);
  }

  /** One projection of one layer. */
  public record Site(int layer, Projection projection) {}

  /**
   * One low-rank change.
   *
   * @param a shape [rank, in]
   * @param b shape [out, rank]
   * @param scale {@code lora_alpha / rank}, or {@code lora_alpha / sqrt(rank)} for rsLoRA
   */
  public record LowRankPair(TensorEntry a, TensorEntry b, float scale) {}
}
