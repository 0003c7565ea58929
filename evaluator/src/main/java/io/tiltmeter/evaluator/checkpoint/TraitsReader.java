package io.tiltmeter.evaluator.checkpoint;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads from {@code config.json} what a model has beyond a plain Llama. */
final class TraitsReader {
  private static final String WINDOW = "sliding_window";
  private static final String KINDS = "layer_types";
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  /** What the configurations of Mistral, Qwen2 and Qwen3 take an absent window for. */
  private static final int DEFAULT_WINDOW = 4096;

  /** First layer with a window in Qwen2 and Qwen3 where the file does not say. */
  private static final int DEFAULT_FIRST = 28;

  private final JsonMembers json;
  private final Family family;
  private final int layers;

  private TraitsReader(JsonMembers json, Family family, int layers) {
    this.json = json;
    this.family = family;
    this.layers = layers;
  }

  /**
   * Reads biases, norms and windows.
   *
   * @throws ModelException naming a member that contradicts others or asks for what cannot be run
   */
  static Traits read(JsonMembers json, Family family, int layers) {
    TraitsReader reader = new TraitsReader(json, family, layers);
    return new Traits(reader.biased(), family == Family.QWEN3, reader.windows());
  }

  private Set<Projection> biased() {
    Set<Projection> biased = EnumSet.noneOf(Projection.class);
    if (family == Family.QWEN2) {
      biased.addAll(List.of(Projection.Q, Projection.K, Projection.V));
    }
    if (family.follows("attention_bias") && json.flag("attention_bias", false)) {
      biased.addAll(List.of(Projection.Q, Projection.K, Projection.V, Projection.O));
    }
    if (family.follows("mlp_bias") && json.flag("mlp_bias", false)) {
      biased.addAll(List.of(Projection.GATE, Projection.UP, Projection.DOWN));
    }
    return biased;
  }

  private Map<Integer, Integer> windows() {
    boolean used = family == Family.MISTRAL || json.flag("use_sliding_window", false);
    Optional<Integer> width =
        used
                && family.follows(WINDOW)
                && (!json.root().has(WINDOW) || json.find(WINDOW).isPresent())
            ? Optional.of(json.positive(WINDOW, DEFAULT_WINDOW))
            : Optional.empty();
    Map<Integer, Integer> windows = new HashMap<>();
    for (int layer = 0; layer < layers; layer++) {
      if (slides(layer, width.isPresent())) {
        windows.put(layer, width.orElseThrow(() -> noWidth()));
      }
    }
    return windows;
  }

  private ModelException noWidth() {
    return json.wrong(WINDOW, "a width that use_sliding_window puts to use", "none");
  }

  private boolean slides(int layer, boolean windowed) {
    Optional<JsonNode> kinds = json.find(KINDS);
    boolean own = family == Family.QWEN2 || family == Family.QWEN3;
    if (kinds.isEmpty()) {
      return windowed && (!own || layer >= firstSliding());
    }
    String kind = kind(kinds.get(), layer);
    if (!own && !kind.equals(windowed ? SLIDING : FULL)) {
      throw json.wrong(KINDS, '"' + (windowed ? SLIDING : FULL) + '"', '"' + kind + '"');
    }
    return kind.equals(SLIDING);
  }

  private int firstSliding() {
    return json.natural("max_window_layers", DEFAULT_FIRST);
  }

  private String kind(JsonNode kinds, int layer) {
    if (!kinds.isArray() || kinds.size() != layers) {
      throw json.wrong(KINDS, "a list of " + layers, JsonMembers.shown(kinds));
    }
    JsonNode kind = kinds.get(layer);
    if (!Set.of(FULL, SLIDING).contains(kind.asString(""))) {
      throw json.wrong(KINDS, "\"%s\" or \"%s\"".formatted(FULL, SLIDING), JsonMembers.shown(kind));
    }
    return kind.stringValue();
  }
}
