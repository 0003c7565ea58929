package io.tiltmeter.evaluator.checkpoint;

import java.util.Set;

/**
 * What whoever asks a decoder must know of it, whatever computes it.
 *
 * @param heads query heads of a layer
 * @param kvHeads key and value heads of a layer
 * @param headDim width of one head
 * @param vocabulary token ids are below it
 * @param maxPositions longest sequence, prompt and answer together, in tokens
 * @param eosTokenIds tokens that end an answer
 */
public record Dimensions(
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int vocabulary,
    int maxPositions,
    Set<Integer> eosTokenIds) {

  public Dimensions {
    eosTokenIds = Set.copyOf(eosTokenIds);
  }
}
