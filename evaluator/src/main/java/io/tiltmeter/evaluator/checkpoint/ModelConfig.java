package io.tiltmeter.evaluator.checkpoint;

import java.util.Set;

/**
 * The numbers of a Llama-like decoder, from {@code config.json}.
 *
 * @param hidden width of the residual stream
 * @param heads query heads; {@code kvHeads} divides it
 * @param headDim width of one head
 * @param intermediate width of the gated feed-forward layer
 * @param maxPositions longest sequence, prompt and answer together, in tokens
 * @param rmsNormEps added to the mean square before the root
 * @param tiedEmbeddings whether the output head is the embedding
 * @param eosTokenIds tokens that end an answer, from generation and model configuration
 */
public record ModelConfig(
    int hidden,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int intermediate,
    int vocabulary,
    int maxPositions,
    Rope rope,
    float rmsNormEps,
    boolean tiedEmbeddings,
    Set<Integer> eosTokenIds,
    Traits traits) {

  public ModelConfig {
    eosTokenIds = Set.copyOf(eosTokenIds);
  }

  /** What whoever asks the model must know. */
  public Dimensions dimensions() {
    return new Dimensions(layers, heads, kvHeads, headDim, vocabulary, maxPositions, eosTokenIds);
  }

  /** The same numbers with other tokens that end an answer. */
  public ModelConfig withEosTokenIds(Set<Integer> ids) {
    return new ModelConfig(
        hidden,
        layers,
        heads,
        kvHeads,
        headDim,
        intermediate,
        vocabulary,
        maxPositions,
        rope,
        rmsNormEps,
        tiedEmbeddings,
        ids,
        traits);
  }
}
