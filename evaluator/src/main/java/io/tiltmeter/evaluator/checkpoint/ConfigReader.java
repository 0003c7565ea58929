package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code config.json} and {@code generation_config.json} of a model; absent members mean what
 * its configuration class in the transformers library takes them to mean.
 */
final class ConfigReader {
  /** Members that only models of some types follow. */
  private static final List<String> OF_SOME_FAMILIES =
      List.of("attention_bias", "mlp_bias", "sliding_window", "use_sliding_window");

  /** Members that change the numbers of other types; here they would be a mistake. */
  private static final List<String> OF_OTHERS =
      List.of(
          "attention_chunk_size",
          "attention_multiplier",
          "clip_qkv",
          "embedding_multiplier",
          "logit_scale",
          "logits_scaling",
          "no_rope_layers",
          "num_experts",
          "num_local_experts",
          "qk_layernorm",
          "residual_multiplier",
          "scale_depth",
          "scale_emb",
          "use_qk_norm");

  private static final String GELU = "gelu_pytorch_tanh";

  private static final List<String> CODE = List.of("auto_map", "trust_remote_code");

  /** Far above any model; a bound on the list of tensors that are looked for. */
  private static final int MAX_LAYERS = 1000;

  /** A bound on the rotary tables; no prompt here is as long. */
  private static final int MAX_POSITIONS = 1 << 17;

  /** Width of a head where {@code Qwen3Config} does not say. */
  private static final int QWEN3_HEAD_DIM = 128;

  /** The same of both Gemma families. */
  private static final int GEMMA_HEAD_DIM = 256;

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
    Family family = Family.of(json);
    refuseUnsupported(json, family);
    int hidden = json.positive("hidden_size");
    int heads = json.positive("num_attention_heads");
    int layers = layers(json);
    int headDim = headDim(json, family, Math.max(1, hidden / heads));
    int maxPositions = json.positive("max_position_embeddings", family.maxPositions());
    Rope rope =
        family == Family.GEMMA3
            ? RopeReader.global(json, headDim, maxPositions)
            : RopeReader.read(json, headDim, maxPositions);
    ModelConfig config =
        new ModelConfig(
            hidden,
            layers,
            heads,
            kvHeads(json, family, heads),
            headDim,
            json.positive("intermediate_size"),
            json.positive("vocab_size"),
            Math.min(maxPositions, MAX_POSITIONS),
            rope,
            (float) json.positiveReal("rms_norm_eps", 1e-6),
            json.flag("tie_word_embeddings", family.isGemma()),
            eosTokenIds(files, json),
            TraitsReader.read(json, family, layers, GemmaReader.read(json, family, rope, headDim)));
    checkRanges(json, config);
    return config;
  }

  /** The number of layers, bounded. */
  static int layers(JsonMembers json) {
    int layers = json.positive("num_hidden_layers");
    if (layers > MAX_LAYERS) {
      throw json.wrong("num_hidden_layers", "at most " + MAX_LAYERS, "" + layers);
    }
    return layers;
  }

  private static int headDim(JsonMembers json, Family family, int derived) {
    int absent =
        switch (family) {
          case QWEN3 -> QWEN3_HEAD_DIM;
          case GEMMA2, GEMMA3 -> GEMMA_HEAD_DIM;
          case LLAMA, MISTRAL, QWEN2 -> derived;
        };
    boolean said = json.root().has("head_dim");
    int headDim = json.positive("head_dim", said ? derived : absent);
    if (headDim % 2 != 0) {
      throw json.wrong("head_dim", "an even number", "" + headDim);
    }
    return headDim;
  }

  /** Types other than Llama take a number of their own where there is none; no model leaves it. */
  private static int kvHeads(JsonMembers json, Family family, int heads) {
    return family == Family.LLAMA
        ? json.positive("num_key_value_heads", heads)
        : json.positive("num_key_value_heads");
  }

  /** Refuses references to program code in any configuration file. */
  static void refuseCode(ModelFiles files) {
    for (String name : List.of("config.json", "generation_config.json", "tokenizer_config.json")) {
      files
          .find(name)
          .map(JsonMembers::read)
          .ifPresent(
              json -> CODE.forEach(m -> json.refuseSet(m, "a model may not bring program code")));
    }
  }

  private static void refuseUnsupported(JsonMembers json, Family family) {
    for (JsonNode architecture : json.find("architectures").map(List::of).orElse(List.of())) {
      if (!architecture.isArray()
          || architecture.size() != 1
          || !architecture.get(0).asString("").equals(family.architecture())) {
        throw json.wrong(
            "architectures",
            "[\"%s\"]".formatted(family.architecture()),
            JsonMembers.shown(architecture));
      }
    }
    json.expectText("hidden_act", family.isGemma() ? GELU : "silu");
    if (family.isGemma()) {
      json.expectText("hidden_activation", GELU);
    }
    json.refuseSet("quantization_config", "weights must be plain numbers");
    for (String name : OF_SOME_FAMILIES) {
      if (!family.follows(name)) {
        json.refuseSet(name, "no model of type %s has it".formatted(family.modelType()));
      }
    }
    OF_OTHERS.forEach(
        name -> json.refuseSet(name, "no model of type %s has it".formatted(family.modelType())));
  }

  private static void checkRanges(JsonMembers json, ModelConfig config) {
    if (config.heads() % config.kvHeads() != 0) {
      throw json.wrong(
          "num_key_value_heads", "a divisor of " + config.heads(), "" + config.kvHeads());
    }
  }

  /** Tokens that end an answer, by the two configuration files. */
  static Set<Integer> eosTokenIds(ModelFiles files, JsonMembers config) {
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
