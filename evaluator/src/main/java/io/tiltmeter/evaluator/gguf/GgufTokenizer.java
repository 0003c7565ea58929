package io.tiltmeter.evaluator.gguf;

import io.tiltmeter.evaluator.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A byte-level BPE vocabulary.
 *
 * @param tokens by id
 * @param types by id; as {@code llama_token_type} of {@code llama.h} numbers them
 * @param merges pairs of tokens, first merged first
 * @param before id of the token before a text, if there is one
 * @param after id of the token after a text, if there is one
 */
record GgufTokenizer(
    PreTokenizer pre,
    List<String> tokens,
    List<Integer> types,
    List<List<String>> merges,
    OptionalInt before,
    OptionalInt after) {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String MODEL = PREFIX + "model";
  private static final String PRE = PREFIX + "pre";
  private static final String TOKENS = PREFIX + "tokens";
  private static final String TYPES = PREFIX + "token_type";
  private static final String MERGES = PREFIX + "merges";

  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int LAST_TYPE = 6;

  private static final Map<String, String> SPECIAL =
      Map.of(
          "bos", "bos_token",
          "eos", "eos_token",
          "unknown", "unk_token",
          "padding", "pad_token");

  GgufTokenizer {
    tokens = List.copyOf(tokens);
    types = List.copyOf(types);
    merges = List.copyOf(merges);
  }

  /**
   * Reads and checks a vocabulary.
   *
   * @param size rows of the model's embedding
   */
  static GgufTokenizer read(GgufMetadata metadata, int size) {
    PreTokenizer pre = pre(metadata);
    List<String> tokens = tokens(metadata, size);
    return new GgufTokenizer(
        pre,
        tokens,
        types(metadata, size),
        merges(metadata, tokens),
        around(metadata, "add_bos_token", pre.isLlama3(), "bos_token_id", size),
        around(metadata, "add_eos_token", false, "eos_token_id", size));
  }

  private static PreTokenizer pre(GgufMetadata metadata) {
    String model = metadata.text(MODEL).orElse("none");
    if (!model.equals("gpt2")) {
      throw metadata.unknownTokenizer(MODEL, "\"gpt2\"", model);
    }
    String name = metadata.text(PRE).orElse("none");
    return PreTokenizer.of(name)
        .orElseThrow(() -> metadata.unknownTokenizer(PRE, "one of " + PreTokenizer.known(), name));
  }

  private static List<String> tokens(GgufMetadata metadata, int size) {
    List<String> tokens =
        metadata.texts(TOKENS).orElseThrow(() -> metadata.wrong(TOKENS, "a list", "nothing"));
    if (tokens.size() != size) {
      throw metadata.wrong(
          TOKENS, "%d, one for each row of the embedding".formatted(size), "" + tokens.size());
    }
    Set<String> seen = new HashSet<>();
    for (int id = 0; id < size; id++) {
      if (!seen.add(tokens.get(id))) {
        throw metadata.wrong(
            TOKENS,
            "each token once",
            "token %d, %s, again".formatted(id, GgufInput.shown(tokens.get(id))));
      }
    }
    return tokens;
  }

  private static List<Integer> types(GgufMetadata metadata, int size) {
    Optional<List<Integer>> types = metadata.wholes(TYPES);
    if (types.isEmpty()) {
      return Collections.nCopies(size, NORMAL);
    }
    if (types.get().size() != size) {
      throw metadata.wrong(
          TYPES, "%d, one for each token".formatted(size), "" + types.get().size());
    }
    for (int type : types.get()) {
      if (type < NORMAL || type > LAST_TYPE) {
        throw metadata.wrong(TYPES, "types from 1 to 6", "" + type);
      }
    }
    return types.get();
  }

  private static List<List<String>> merges(GgufMetadata metadata, List<String> tokens) {
    Set<String> known = new HashSet<>(tokens);
    List<List<String>> merges = new ArrayList<>();
    List<String> lines =
        metadata.texts(MERGES).orElseThrow(() -> metadata.wrong(MERGES, "a list", "nothing"));
    for (String line : lines) {
      // A token may start with a space, but no pair does.
      int space = line.indexOf(' ', 1);
      List<String> pair =
          space < 0 ? List.of() : List.of(line.substring(0, space), line.substring(space + 1));
      if (pair.isEmpty() || !known.containsAll(pair) || !known.contains(String.join("", pair))) {
        throw metadata.wrong(
            MERGES,
            "pairs of tokens whose join is a token",
            "merge %d, %s".formatted(merges.size(), GgufInput.shown(line)));
      }
      merges.add(pair);
    }
    return merges;
  }

  private static OptionalInt around(
      GgufMetadata metadata, String flag, boolean absent, String id, int size) {
    return metadata.flag(PREFIX + flag).orElse(absent)
        ? metadata.whole(PREFIX + id, size - 1)
        : OptionalInt.empty();
  }

  /** The members of {@code tokenizer.json}, as the Hugging Face tokenizers library reads them. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("truncation", null);
    json.put("padding", null);
    json.put("added_tokens", addedTokens());
    json.put("normalizer", null);
    json.put("pre_tokenizer", pre.json());
    json.put("post_processor", postProcessor());
    json.put("decoder", PreTokenizer.byteLevel(true));
    json.put("model", model());
    return json;
  }

  private List<Map<String, Object>> addedTokens() {
    List<Map<String, Object>> added = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      int type = types.get(id);
      if (type == CONTROL || type == USER_DEFINED) {
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("id", id);
        token.put("content", tokens.get(id));
        token.put("single_word", false);
        token.put("lstrip", false);
        token.put("rstrip", false);
        token.put("normalized", false);
        token.put("special", type == CONTROL);
        added.add(token);
      }
    }
    return added;
  }

  private Map<String, Object> postProcessor() {
    if (before.isEmpty() && after.isEmpty()) {
      return PreTokenizer.byteLevel(true);
    }
    List<Object> single = new ArrayList<>();
    Map<String, Object> tokensAround = new LinkedHashMap<>();
    before.ifPresent(id -> single.add(special(id, tokensAround)));
    single.add(Map.of("Sequence", Map.of("id", "A", "type_id", 0)));
    after.ifPresent(id -> single.add(special(id, tokensAround)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "TemplateProcessing");
    json.put("single", single);
    json.put("pair", List.of());
    json.put("special_tokens", tokensAround);
    return json;
  }

  private Object special(int id, Map<String, Object> tokensAround) {
    String token = tokens.get(id);
    tokensAround.put(token, Map.of("id", token, "ids", List.of(id), "tokens", List.of(token)));
    return Map.of("SpecialToken", Map.of("id", token, "type_id", 0));
  }

  private Map<String, Object> model() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("dropout", null);
    model.put("unk_token", null);
    model.put("continuing_subword_prefix", null);
    model.put("end_of_word_suffix", null);
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    model.put("ignore_merges", pre.isLlama3());
    model.put("vocab", vocabulary);
    model.put("merges", merges);
    return model;
  }

  /** The members of {@code tokenizer_config.json}. */
  Map<String, Object> config(LlamaMetadata metadata, ModelConfig config) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("tokenizer_class", "PreTrainedTokenizerFast");
    json.put("model_max_length", config.maxPositions());
    json.put("clean_up_tokenization_spaces", false);
    SPECIAL.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry ->
                metadata
                    .specialToken(entry.getKey())
                    .ifPresent(id -> json.put(entry.getValue(), tokens.get(id))));
    return json;
  }
}
