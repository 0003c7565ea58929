package io.tiltmeter.evaluator.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * Reads how positions are rotated: {@code rope_scaling} of older files, {@code rope_parameters} of
 * newer ones. The formulas are those of {@code modeling_rope_utils.py} in the transformers library.
 */
final class RopeReader {
  private static final String ORIGINAL = "original_max_position_embeddings";
  private static final String THETA = "rope_theta";
  private static final List<String> OBJECTS = List.of("rope_scaling", "rope_parameters");

  /** Members that say nothing about the scaling, or nothing more than the file's other members. */
  private static final Set<String> COMMON =
      Set.of("rope_type", "type", THETA, "partial_rotary_factor", ORIGINAL);

  /** What else each kind follows; anything more would change the numbers in ways not built here. */
  private static final Map<String, Set<String>> KINDS =
      Map.of(
          "default",
          Set.of(),
          "linear",
          Set.of("factor"),
          "dynamic",
          Set.of("factor"),
          "llama3",
          Set.of("factor", "low_freq_factor", "high_freq_factor"),
          "yarn",
          Set.of(
              "factor",
              "attention_factor",
              "beta_fast",
              "beta_slow",
              "mscale",
              "mscale_all_dim",
              "truncate"));

  private final JsonMembers rope;
  private final double theta;
  private final int headDim;
  private final int maxPositions;
  private final int original;

  private RopeReader(
      JsonMembers json, JsonMembers rope, double theta, int headDim, int maxPositions) {
    this.rope = rope;
    this.theta = theta;
    this.headDim = headDim;
    this.maxPositions = maxPositions;
    // The library lets the outer member win.
    this.original = json.positive(ORIGINAL, rope.positive(ORIGINAL, maxPositions));
  }

  /**
   * Reads frequencies and magnitude.
   *
   * @param maxPositions as the file gives them
   * @throws ModelException naming a kind or a member that is not known, or out of range
   */
  static Rope read(JsonMembers json, int headDim, int maxPositions) {
    return of(json, members(json), json.positiveReal(THETA, 10_000), headDim, maxPositions);
  }

  /**
   * Reads the same for those layers of Gemma 3 that see everything.
   *
   * @throws ModelException as {@link #read}
   */
  static Rope global(JsonMembers json, int headDim, int maxPositions) {
    JsonMembers parameters = byLayers(json);
    JsonMembers rope =
        parameters.root().isEmpty()
            ? json.inside(OBJECTS.getFirst())
            : parameters.inside(TraitsReader.FULL);
    return of(json, rope, json.positiveReal(THETA, 1_000_000), headDim, maxPositions);
  }

  /**
   * Reads the same for those layers of Gemma 3 that have a window; {@code rope_scaling} is not for
   * them.
   *
   * @throws ModelException as {@link #read}
   */
  static Rope local(JsonMembers json, int headDim) {
    JsonMembers rope = byLayers(json).inside(TraitsReader.SLIDING);
    String kind = kind(rope);
    if (!kind.equals("default")) {
      throw rope.wrong("rope_type", "\"default\"", '"' + kind + '"');
    }
    refuseUnknown(rope, kind);
    double theta = rope.positiveReal(THETA, json.positiveReal("rope_local_base_freq", 10_000));
    return Rope.plain(theta, headDim);
  }

  /** {@code rope_parameters} of Gemma 3: one object for each kind of layer, and nothing else. */
  private static JsonMembers byLayers(JsonMembers json) {
    JsonMembers parameters = json.inside(OBJECTS.getLast());
    for (String name : parameters.root().propertyNames()) {
      if (!name.equals(TraitsReader.FULL) && !name.equals(TraitsReader.SLIDING)) {
        throw parameters.wrong(
            name,
            "members \"%s\" and \"%s\"".formatted(TraitsReader.FULL, TraitsReader.SLIDING),
            "another");
      }
    }
    if (!parameters.root().isEmpty()) {
      json.refuseSet(OBJECTS.getFirst(), "rope_parameters says how each kind of layer is rotated");
    }
    return parameters;
  }

  private static Rope of(
      JsonMembers json, JsonMembers rope, double outer, int headDim, int maxPositions) {
    refusePartial(json);
    refusePartial(rope);
    double theta = rope.positiveReal(THETA, outer);
    String kind = kind(rope);
    refuseUnknown(rope, kind);
    RopeReader reader = new RopeReader(json, rope, theta, headDim, maxPositions);
    return switch (kind) {
      case "linear" -> reader.scaled(frequency -> frequency / reader.factor());
      case "llama3" -> reader.llama3();
      case "yarn" -> reader.yarn();
      // The base of dynamic NTK grows only beyond max_position_embeddings, where no sequence goes.
      default -> Rope.plain(theta, headDim);
    };
  }

  private static JsonMembers members(JsonMembers json) {
    List<String> present =
        OBJECTS.stream()
            .filter(
                name ->
                    json.find(name).filter(node -> !node.isObject() || !node.isEmpty()).isPresent())
            .toList();
    if (present.size() > 1
        && !json.root().get(present.getFirst()).equals(json.root().get(present.getLast()))) {
      throw json.wrong("rope_scaling", "what rope_parameters says", "something else");
    }
    return json.inside(present.isEmpty() ? OBJECTS.getFirst() : present.getLast());
  }

  private static void refusePartial(JsonMembers json) {
    if (json.positiveReal("partial_rotary_factor", 1) != 1) {
      throw json.wrong("partial_rotary_factor", "1", "another number");
    }
  }

  private static String kind(JsonMembers rope) {
    String member = rope.find("rope_type").isPresent() ? "rope_type" : "type";
    Optional<JsonNode> kind = rope.find(member);
    String name = kind.map(node -> node.asString("")).orElse("default");
    if (!KINDS.containsKey(name)) {
      throw rope.wrong(
          member,
          "one of " + String.join(", ", KINDS.keySet().stream().sorted().toList()),
          kind.map(JsonMembers::shown).orElse("nothing"));
    }
    return name;
  }

  private static void refuseUnknown(JsonMembers rope, String kind) {
    Set<String> known = KINDS.getOrDefault(kind, Set.of());
    for (String name : rope.root().propertyNames()) {
      if (!COMMON.contains(name) && !known.contains(name)) {
        rope.refuseSet(name, "rope_type \"%s\" has no such member".formatted(kind));
      }
    }
  }

  private Rope scaled(DoubleUnaryOperator change) {
    return new Rope(
        Rope.plain(theta, headDim).frequencies().stream().map(change::applyAsDouble).toList(), 1);
  }

  private double factor() {
    double factor = required("factor");
    if (factor < 1) {
      throw rope.wrong("factor", "a number from 1 on", "" + factor);
    }
    return factor;
  }

  /** Long waves are stretched, short ones kept, those between are mixed (Llama 3.1). */
  private Rope llama3() {
    double factor = factor();
    double low = required("low_freq_factor");
    double high = required("high_freq_factor");
    if (high <= low) {
      throw rope.wrong("high_freq_factor", "a number above " + low, "" + high);
    }
    return scaled(
        frequency -> {
          double turns = original * frequency / (2 * Math.PI);
          double kept = Math.clamp((turns - low) / (high - low), 0, 1);
          return (1 - kept) * frequency / factor + kept * frequency;
        });
  }

  /** YaRN (Peng et al. 2023, arXiv 2309.00071, section 3). */
  private Rope yarn() {
    double factor = rope.find("factor").isPresent() ? factor() : (double) maxPositions / original;
    double low = dimension(rope.positiveReal("beta_fast", 32));
    double high = dimension(rope.positiveReal("beta_slow", 1));
    if (rope.flag("truncate", true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    double from = Math.max(low, 0);
    double to = Math.min(high, headDim - 1.0);
    // As the library does, against a division by zero.
    double span = to == from ? 0.001 : to - from;
    List<Double> plain = Rope.plain(theta, headDim).frequencies();
    Double[] mixed = new Double[plain.size()];
    for (int i = 0; i < mixed.length; i++) {
      double stretched = Math.clamp((i - from) / span, 0, 1);
      mixed[i] = plain.get(i) * (stretched / factor + 1 - stretched);
    }
    return new Rope(List.of(mixed), magnitude(factor));
  }

  /** The pair, as a fraction, that turns so often within the original context. */
  private double dimension(double turns) {
    return headDim * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  private double magnitude(double factor) {
    if (rope.find("attention_factor").isPresent()) {
      return rope.positiveReal("attention_factor", 1);
    }
    if (isSet("mscale") && isSet("mscale_all_dim")) {
      return magnitude(factor, rope.positiveReal("mscale", 1))
          / magnitude(factor, rope.positiveReal("mscale_all_dim", 1));
    }
    return magnitude(factor, 1);
  }

  private boolean isSet(String name) {
    return rope.find(name).filter(node -> node.asDouble(0) != 0).isPresent();
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  private double required(String name) {
    return rope.find(name)
        .map(node -> rope.positiveReal(name, node))
        .orElseThrow(() -> rope.wrong(name, "a number above 0", "nothing"));
  }
}
