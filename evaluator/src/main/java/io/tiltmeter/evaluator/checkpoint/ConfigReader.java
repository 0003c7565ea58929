package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code config.json} and {@code generation_config.json} of a Llama model; absent members
 * mean what {@code LlamaConfig} of the transformers library takes them to mean.
 */
final class ConfigReader {
  private static final String BY_NAME = "only plain Llama models can be run";
  private static final List<String> CODE = List.of("auto_map", "trust_remote_code");

  /** Far above any model; a bound on the list of tensors that are looked for. */
  private static final int MAX_LAYERS = 1000;

  private ConfigReader() {}

  /**
   * Reads the numbers of a model.
   *
   * @throws ModelException if a value is missing, out of range, or one that cannot be run
   */
  static ModelConfig read(ModelFiles files) {
    Path path = files.require("config.json", "give a model directory in Hugging Face layout");
    JsonMembers json = JsonMembers.read(path);
    refuseCode(files);
    refuseUnsupported(json);
    int hidden = json.positive("hidden_size");
    int heads = json.positive("num_attention_heads");
    int headDim = json.positive("head_dim", Math.max(1, hidden / heads));
    ModelConfig config =
        new ModelConfig(
            hidden,
            json.positive("num_hidden_layers"),
            heads,
            json.positive("num_key_value_heads", heads),
            headDim,
            json.positive("intermediate_size"),
            json.positive("vocab_size"),
            json.positive("max_position_embeddings", 2048),
            ropeTheta(json),
            (float) json.positiveReal("rms_norm_eps", 1e-6),
            json.flag("tie_word_embeddings", false),
            eosTokenIds(files, json));
    checkRanges(json, config);
    return config;
  }

  /** Refuses references to program code in any configuration file. */
  private static void refuseCode(ModelFiles files) {
    for (String name : List.of("config.json", "generation_config.json", "tokenizer_config.json")) {
      files
          .find(name)
          .map(JsonMembers::read)
          .ifPresent(
              json -> CODE.forEach(m -> json.refuseSet(m, "a model may not bring program code")));
    }
  }

  private static void refuseUnsupported(JsonMembers json) {
    json.expectText("model_type", "llama");
    if (json.find("model_type").isEmpty()) {
      throw json.wrong("model_type", "\"llama\"", "nothing");
    }
    for (JsonNode architecture : json.find("architectures").map(List::of).orElse(List.of())) {
      if (!architecture.isArray()
          || architecture.size() != 1
          || !architecture.get(0).asString("").equals("LlamaForCausalLM")) {
        throw json.wrong(
            "architectures", "[\"LlamaForCausalLM\"]", JsonMembers.shown(architecture));
      }
    }
    json.expectText("hidden_act", "silu");
    List.of(
            "attention_bias",
            "mlp_bias",
            "quantization_config",
            "sliding_window",
            "use_sliding_window")
        .forEach(name -> json.refuseSet(name, BY_NAME));
    List.of("rope_scaling", "rope_parameters").forEach(name -> refuseScaledRope(json, name));
    refusePartialRotary(json);
  }

  private static void refusePartialRotary(JsonMembers json) {
    if (json.positiveReal("partial_rotary_factor", 1) != 1) {
      throw json.wrong("partial_rotary_factor", "1", "another number");
    }
  }

  private static void refuseScaledRope(JsonMembers json, String name) {
    for (String type : List.of("rope_type", "type")) {
      json.find(name)
          .map(rope -> rope.path(type))
          .filter(node -> !node.isMissingNode() && !node.asString("").equals("default"))
          .ifPresent(
              node -> {
                throw json.wrong(name + "." + type, "\"default\"", JsonMembers.shown(node));
              });
    }
  }

  private static double ropeTheta(JsonMembers json) {
    Optional<JsonNode> nested =
        json.find("rope_parameters")
            .map(rope -> rope.path("rope_theta"))
            .filter(JsonNode::isValueNode);
    return nested
        .map(node -> json.positiveReal("rope_parameters.rope_theta", node))
        .orElseGet(() -> json.positiveReal("rope_theta", 10_000));
  }

  private static void checkRanges(JsonMembers json, ModelConfig config) {
    if (config.heads() % config.kvHeads() != 0) {
      throw json.wrong(
          "num_key_value_heads", "a divisor of " + config.heads(), "" + config.kvHeads());
    }
    if (config.layers() > MAX_LAYERS) {
      throw json.wrong("num_hidden_layers", "at most " + MAX_LAYERS, "" + config.layers());
    }
    if (config.headDim() % 2 != 0) {
      throw json.wrong("head_dim", "an even number", "" + config.headDim());
    }
  }

  private static Set<Integer> eosTokenIds(ModelFiles files, JsonMembers config) {
    Set<Integer> ids = new LinkedHashSet<>(eosTokenIds(config));
    files
        .find("generation_config.json")
        .map(JsonMembers::read)
        .ifPresent(json -> ids.addAll(eosTokenIds(json)));
    return ids;
  }

  private static Set<Integer> eosTokenIds(JsonMembers json) {
    Set<Integer> ids = new LinkedHashSet<>();
    json.find("eos_token_id")
        .ifPresent(
            node -> {
              Iterable<JsonNode> nodes = node.isArray() ? node : List.of(node);
              nodes.forEach(id -> ids.add(eosTokenId(json, id)));
            });
    return ids;
  }

  private static int eosTokenId(JsonMembers json, JsonNode id) {
    if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
      throw json.wrong("eos_token_id", "token ids", JsonMembers.shown(id));
    }
    return id.intValue();
  }
}
