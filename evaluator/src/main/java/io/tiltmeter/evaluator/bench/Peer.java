package io.tiltmeter.evaluator.bench;

import java.util.Map;

/**
 * What another program reached on this machine with the same model and shapes.
 *
 * @param decode tokens a second, by rows
 * @param prefill prompt tokens a second, by rows and length as {@link Speed.Shape} writes them
 */
public record Peer(String name, Map<Integer, Double> decode, Map<String, Double> prefill) {
  public Peer {
    decode = Map.copyOf(decode);
    prefill = Map.copyOf(prefill);
  }

  /** Whether this is the reference in float32, whose tokens are the same. */
  boolean isReference() {
    return name.startsWith("transformers") && name.endsWith("fp32");
  }
}
