package io.tiltmeter.evaluator.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names and shapes of the weights that a configuration calls for; linear maps are [out, in]. */
public final class LlamaTensors {
  public static final String EMBEDDING = "model.embed_tokens.weight";
  public static final String HEAD = "lm_head.weight";

  private LlamaTensors() {}

  /** Shapes by Hugging Face name, in the order of the forward pass. */
  public static Map<String, List<Long>> shapes(ModelConfig config) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    long hidden = config.hidden();
    shapes.put(EMBEDDING, List.of((long) config.vocabulary(), hidden));
    for (int layer = 0; layer < config.layers(); layer++) {
      String prefix = "model.layers." + layer + ".";
      shapes.put(prefix + "input_layernorm.weight", List.of(hidden));
      shapes.put(prefix + "post_attention_layernorm.weight", List.of(hidden));
      if (config.traits().gemma() != null) {
        shapes.put(prefix + "pre_feedforward_layernorm.weight", List.of(hidden));
        shapes.put(prefix + "post_feedforward_layernorm.weight", List.of(hidden));
      }
      for (Projection projection : Projection.values()) {
        shapes.put(projection.weight(layer), shape(config, projection));
        if (config.traits().biased().contains(projection)) {
          shapes.put(projection.bias(layer), shape(config, projection).subList(0, 1));
        }
      }
      if (config.traits().headNorms()) {
        shapes.put(prefix + "self_attn.q_norm.weight", List.of((long) config.headDim()));
        shapes.put(prefix + "self_attn.k_norm.weight", List.of((long) config.headDim()));
      }
    }
    shapes.put("model.norm.weight", List.of(hidden));
    if (!config.tiedEmbeddings()) {
      shapes.put(HEAD, List.of((long) config.vocabulary(), hidden));
    }
    return shapes;
  }

  /** Shape [out, in] of one linear map. */
  static List<Long> shape(ModelConfig config, Projection projection) {
    long hidden = config.hidden();
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.kvHeads() * config.headDim();
    long intermediate = config.intermediate();
    return switch (projection) {
      case Q -> List.of(queries, hidden);
      case K, V -> List.of(keys, hidden);
      case O -> List.of(hidden, queries);
      case GATE, UP -> List.of(intermediate, hidden);
      case DOWN -> List.of(hidden, intermediate);
    };
  }
}
