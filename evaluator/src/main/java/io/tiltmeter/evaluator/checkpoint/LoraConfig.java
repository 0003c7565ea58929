package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What {@code adapter_config.json} says about a LoRA adapter (Hu et al. 2021, arXiv 2106.09685;
 * PEFT library layout).
 */
final class LoraConfig {
  private static final Set<String> MODULES =
      Arrays.stream(Projection.values())
          .map(projection -> projection.path().substring(projection.path().indexOf('.') + 1))
          .collect(Collectors.toCollection(TreeSet::new));

  /** Settings that change what an adapter computes. */
  private static final List<String> VARIANTS =
      List.of(
          "use_dora",
          "fan_in_fan_out",
          "lora_bias",
          "use_qalora",
          "use_bdlora",
          "layer_replication",
          "target_parameters",
          "trainable_token_indices",
          "alora_invocation_tokens",
          "arrow_config",
          "kasa_config",
          "monteclora_config",
          "velora_config");

  /** Initialisations that leave the base's weights as they are; PiSSA, OLoRA and LoftQ do not. */
  private static final Set<String> INITIALISATIONS = Set.of("gaussian", "eva", "orthogonal");

  /** Modules that an adapter may bring whole, by the tensor that it replaces. */
  private static final Map<String, String> WHOLE =
      Map.of("embed_tokens", LlamaTensors.EMBEDDING, "lm_head", LlamaTensors.HEAD);

  private static final Pattern PLAIN = Pattern.compile("\\^?[A-Za-z0-9_.]+");

  private final JsonMembers json;
  private final int rank;
  private final double alpha;
  private final boolean rankStabilised;
  private final Map<String, JsonNode> ranks;
  private final Map<String, JsonNode> alphas;

  private LoraConfig(JsonMembers json) {
    this.json = json;
    this.rank = json.positive("r");
    this.alpha = json.positiveReal("lora_alpha", 8);
    this.rankStabilised = json.flag("use_rslora", false);
    this.ranks = patterns("rank_pattern");
    this.alphas = patterns("alpha_pattern");
  }

  /**
   * Reads and checks the settings.
   *
   * @throws ModelException if the adapter is not plain LoRA on linear maps of the layers
   */
  static LoraConfig read(Path file) {
    JsonMembers json = JsonMembers.read(file);
    json.expectText("peft_type", "LORA");
    json.expectText("bias", "none");
    VARIANTS.forEach(name -> json.refuseSet(name, "only plain LoRA adapters can be run"));
    checkInitialisation(json);
    LoraConfig config = new LoraConfig(json);
    config.checkTargets();
    return config;
  }

  private static void checkInitialisation(JsonMembers json) {
    json.find("init_lora_weights")
        .filter(node -> node.isString() && !INITIALISATIONS.contains(node.stringValue()))
        .ifPresent(
            node -> {
              throw new ModelException(
                  "%s: init_lora_weights %s is not supported: it changes the base's weights"
                      .formatted(json.file(), JsonMembers.shown(node)));
            });
  }

  private void checkTargets() {
    JsonNode targets = json.root().path("target_modules");
    if (targets.isArray()) {
      for (JsonNode target : targets) {
        String name = target.asString("");
        if (!MODULES.contains(name.substring(name.lastIndexOf('.') + 1))) {
          throw new ModelException(
              "%s: adapter is for another base: target module %s, base has %s"
                  .formatted(json.file(), JsonMembers.shown(target), String.join(", ", MODULES)));
        }
      }
    }
  }

  /**
   * Names of the base's tensors that the adapter replaces ({@code modules_to_save}).
   *
   * @throws ModelException if it replaces another module
   */
  Set<String> replaced() {
    Set<String> replaced = new TreeSet<>();
    for (JsonNode module : json.root().path("modules_to_save")) {
      String name = module.asString("");
      String tensor = WHOLE.get(name.substring(name.lastIndexOf('.') + 1));
      if (tensor == null) {
        throw json.wrong(
            "modules_to_save", "embed_tokens or lm_head only", JsonMembers.shown(module));
      }
      replaced.add(tensor);
    }
    return replaced;
  }

  /** Whether each layer must have a pair for this projection. */
  boolean targets(Projection projection) {
    if (json.find("layers_to_transform").isPresent() || json.find("exclude_modules").isPresent()) {
      return false;
    }
    for (JsonNode target : json.root().path("target_modules")) {
      if (projection.path().endsWith("." + target.asString(""))) {
        return true;
      }
    }
    return false;
  }

  private Map<String, JsonNode> patterns(String name) {
    Map<String, JsonNode> patterns = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.root().path(name).properties()) {
      if (!PLAIN.matcher(entry.getKey()).matches()) {
        throw json.wrong(name, "names of modules", "a regular expression");
      }
      patterns.put(entry.getKey(), entry.getValue());
    }
    return patterns;
  }

  /** Rank of the pair at one module, such as {@code model.layers.0.self_attn.q_proj}. */
  int rank(String module) {
    JsonNode own = own(ranks, module);
    if (own == null) {
      return rank;
    }
    if (!own.isIntegralNumber() || !own.canConvertToInt() || own.intValue() < 1) {
      throw json.wrong("rank_pattern", "whole numbers from 1 on", JsonMembers.shown(own));
    }
    return own.intValue();
  }

  /** Factor of the pair's product: alpha / r, or alpha / sqrt(r) for rsLoRA (arXiv 2312.03732). */
  float scale(String module) {
    JsonNode own = own(alphas, module);
    double numerator = own == null ? alpha : json.positiveReal("alpha_pattern", own);
    double r = rank(module);
    return (float) (numerator / (rankStabilised ? Math.sqrt(r) : r));
  }

  /** PEFT takes the first pattern that the module's name ends with, at a dot. */
  private static @Nullable JsonNode own(Map<String, JsonNode> patterns, String module) {
    for (Map.Entry<String, JsonNode> entry : patterns.entrySet()) {
      String key = entry.getKey();
      boolean whole = key.startsWith("^") ? module.equals(key.substring(1)) : module.equals(key);
      if (whole || module.endsWith("." + key)) {
        return entry.getValue();
      }
    }
    return null;
  }
}
