package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import io.tiltmeter.evaluator.checkpoint.Rope;
import io.tiltmeter.evaluator.checkpoint.Traits;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The numbers of a Llama model, from metadata; what would change its answers unseen is refused. */
final class LlamaMetadata {
  static final String ARCHITECTURE = "llama";

  private static final String PREFIX = ARCHITECTURE + ".";
  private static final String HEADS = PREFIX + "attention.head_count";
  private static final String KEY_HEADS = PREFIX + "attention.head_count_kv";
  private static final String KEY_LENGTH = PREFIX + "attention.key_length";
  private static final String VALUE_LENGTH = PREFIX + "attention.value_length";
  private static final String EPSILON = PREFIX + "attention.layer_norm_rms_epsilon";
  private static final String ROTARY = PREFIX + "rope.dimension_count";
  private static final String THETA = PREFIX + "rope.freq_base";
  private static final String LAYOUT = PREFIX + "tensor_data_layout";
  private static final String VOCABULARY = PREFIX + "vocab_size";
  private static final String SCALING = PREFIX + "rope.scaling.";

  /** Keys that say nothing, each with the value at which it does. */
  private static final Map<String, GgufValue> NEUTRAL =
      Map.of(
          PREFIX + "expert_count", new GgufValue.Whole(0),
          PREFIX + "expert_used_count", new GgufValue.Whole(0),
          PREFIX + "attention.sliding_window", new GgufValue.Whole(0),
          PREFIX + "attention.causal", new GgufValue.Flag(true),
          PREFIX + "rope.scale_linear", new GgufValue.Real(1),
          SCALING + "type", new GgufValue.Text("none"),
          SCALING + "factor", new GgufValue.Real(1));

  private static final Set<String> READ =
      Set.of(
          HEADS,
          KEY_HEADS,
          KEY_LENGTH,
          VALUE_LENGTH,
          EPSILON,
          ROTARY,
          THETA,
          VOCABULARY,
          PREFIX + "context_length",
          PREFIX + "embedding_length",
          PREFIX + "block_count",
          PREFIX + "feed_forward_length");

  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_LAYERS = 1000;
  private static final int MAX_TOKENS = 1 << 20;

  private final GgufFile file;
  private final GgufMetadata metadata;

  LlamaMetadata(GgufFile file) {
    this.file = file;
    this.metadata = file.metadata();
  }

  /** The numbers of the model. */
  ModelConfig config() {
    refuseOthers();
    int hidden = metadata.positive(PREFIX + "embedding_length", MAX_WIDTH);
    int heads = metadata.positive(HEADS, MAX_WIDTH);
    int keyHeads = metadata.positive(KEY_HEADS, MAX_WIDTH, heads);
    if (heads % keyHeads != 0) {
      throw metadata.wrong(KEY_HEADS, "a divisor of " + heads, "" + keyHeads);
    }
    return new ModelConfig(
        hidden,
        metadata.positive(PREFIX + "block_count", MAX_LAYERS),
        heads,
        keyHeads,
        headWidth(hidden, heads),
        metadata.positive(PREFIX + "feed_forward_length", MAX_WIDTH),
        vocabulary(),
        metadata.positive(PREFIX + "context_length", Integer.MAX_VALUE),
        Rope.plain(theta(), headWidth(hidden, heads)),
        metadata
            .positiveReal(EPSILON)
            .orElseThrow(() -> metadata.wrong(EPSILON, "a number above 0", "nothing"))
            .floatValue(),
        !file.tensors().containsKey(TensorNames.HEAD),
        endIds(),
        Traits.NONE);
  }

  private double theta() {
    return metadata.positiveReal(THETA).orElse(10_000.0);
  }

  private void refuseOthers() {
    String architecture = metadata.text("general.architecture").orElse("none");
    if (!architecture.equals(ARCHITECTURE)) {
      throw metadata.unsupported(
          "general.architecture", "\"llama\"", GgufInput.shown(architecture));
    }
    metadata.whole("split.count", Integer.MAX_VALUE).stream()
        .filter(parts -> parts > 1)
        .forEach(
            parts -> {
              throw metadata.wrong(
                  "split.count", "a whole model", "one of %d parts".formatted(parts));
            });
    metadata.values().forEach(this::refuseOther);
  }

  private void refuseOther(String key, GgufValue value) {
    if (!key.startsWith(PREFIX) || READ.contains(key)) {
      return;
    }
    if (key.equals(LAYOUT)) {
      // The order of query and key rows that this class undoes; all of llama.cpp's files have it.
      if (!value.equals(new GgufValue.Text("Meta AI original pth"))) {
        throw metadata.unsupported(key, "\"Meta AI original pth\"", value.kind());
      }
      return;
    }
    Optional<GgufValue> neutral = Optional.ofNullable(NEUTRAL.get(key));
    if (neutral.isPresent() ? !value.equals(neutral.get()) : !isUnusedScaling(key)) {
      throw metadata.unsupported(
          GgufInput.shown(key).replace("\"", ""),
          neutral.map(GgufValue::kind).orElse("no such key"),
          value.kind());
    }
  }

  /** Details of a scaling that is not applied, for its type must be "none". */
  private boolean isUnusedScaling(String key) {
    return key.startsWith(SCALING) && metadata.find(SCALING + "type").isPresent();
  }

  private int headWidth(int hidden, int heads) {
    int width = metadata.positive(KEY_LENGTH, MAX_WIDTH, Math.max(1, hidden / heads));
    if (metadata.find(KEY_LENGTH).isEmpty() && hidden % heads != 0) {
      throw metadata.wrong(HEADS, "a divisor of " + hidden, "" + heads);
    }
    if (width % 2 != 0) {
      throw metadata.wrong(KEY_LENGTH, "an even number", "" + width);
    }
    for (String key : List.of(VALUE_LENGTH, ROTARY)) {
      int other = metadata.positive(key, MAX_WIDTH, width);
      if (other != width) {
        throw metadata.unsupported(key, "%d, the width of a head".formatted(width), "" + other);
      }
    }
    return width;
  }

  /** The rows of the embedding; a size that the metadata states must agree. */
  private int vocabulary() {
    GgufTensor embedding = TensorNames.require(file, TensorNames.EMBEDDING);
    long rows = embedding.shape().getFirst();
    if (rows > MAX_TOKENS) {
      throw metadata.wrong(
          TensorNames.EMBEDDING, "at most %d rows".formatted(MAX_TOKENS), "" + rows);
    }
    int stated = metadata.positive(VOCABULARY, MAX_TOKENS, (int) rows);
    if (stated != rows) {
      throw metadata.wrong(VOCABULARY, rows + ", the rows of the embedding", "" + stated);
    }
    return stated;
  }

  private Set<Integer> endIds() {
    Set<Integer> ids = new LinkedHashSet<>();
    // A chat model may end its turn with another token than a text.
    for (String name : List.of("eos", "eot")) {
      specialToken(name).ifPresent(ids::add);
    }
    return ids;
  }

  /** Id of a special token: "bos", "eos", "unknown", "padding" and so on. */
  OptionalInt specialToken(String name) {
    return metadata.whole("tokenizer.ggml.%s_token_id".formatted(name), vocabulary() - 1);
  }

  /** The members of {@code config.json}, as the transformers library names them. */
  Map<String, Object> json(ModelConfig config) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("architectures", List.of("LlamaForCausalLM"));
    json.put("model_type", "llama");
    json.put("hidden_size", config.hidden());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.kvHeads());
    json.put("head_dim", config.headDim());
    json.put("intermediate_size", config.intermediate());
    json.put("vocab_size", config.vocabulary());
    json.put("max_position_embeddings", config.maxPositions());
    json.put("rope_theta", theta());
    json.put("rms_norm_eps", config.rmsNormEps());
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("hidden_act", "silu");
    json.put("attention_bias", false);
    json.put("mlp_bias", false);
    specialToken("bos").ifPresent(id -> json.put("bos_token_id", id));
    List<Integer> ends = config.eosTokenIds().stream().sorted().toList();
    if (!ends.isEmpty()) {
      json.put("eos_token_id", ends.size() == 1 ? ends.getFirst() : ends);
    }
    specialToken("padding").ifPresent(id -> json.put("pad_token_id", id));
    return json;
  }
}
