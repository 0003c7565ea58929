package io.tiltmeter.evaluator.checkpoint;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads from {@code config.json} what a model has beyond a plain Llama. */
final class TraitsReader {
  private static final String WINDOW = "sliding_window";
  private static final String KINDS = "layer_types";
  static final String FULL = "full_attention";
  static final String SLIDING = "sliding_attention";

  /** What the configurations of all families with windows take an absent one for. */
  private static final int DEFAULT_WINDOW = 4096;

  /** First layer with a window in Qwen2 and Qwen3 where the file does not say. */
  private static final int DEFAULT_FIRST = 28;

  private static final String PATTERN = "sliding_window_pattern";

  /** Each so many layers of Gemma 3 one sees everything, where the file does not say. */
  private static final int DEFAULT_PATTERN = 6;

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
  static Traits read(JsonMembers json, Family family, int layers, @Nullable Gemma gemma) {
    TraitsReader reader = new TraitsReader(json, family, layers);
    boolean headNorms = family == Family.QWEN3 || family == Family.GEMMA3;
    return new Traits(reader.biased(), headNorms, reader.windows(), gemma);
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
    boolean used =
        family == Family.MISTRAL || family.isGemma() || json.flag("use_sliding_window", false);
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
    return json.wrong(WINDOW, "a width for the layers that slide", "none");
  }

  private boolean slides(int layer, boolean windowed) {
    Optional<JsonNode> kinds = json.find(KINDS);
    if (kinds.isEmpty()) {
      return switch (family) {
        case LLAMA, MISTRAL -> windowed;
        case QWEN2, QWEN3 -> windowed && layer >= firstSliding();
        case GEMMA2 -> layer % 2 == 0;
        case GEMMA3 -> (layer + 1) % json.positive(PATTERN, DEFAULT_PATTERN) != 0;
      };
    }
    String kind = kind(kinds.get(), layer);
    boolean alike = family == Family.LLAMA || family == Family.MISTRAL;
    if (alike && !kind.equals(windowed ? SLIDING : FULL)) {
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
