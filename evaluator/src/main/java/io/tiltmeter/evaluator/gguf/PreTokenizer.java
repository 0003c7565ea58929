package io.tiltmeter.evaluator.gguf;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How text is cut before byte pairs are merged, by the values of {@code tokenizer.ggml.pre}. */
enum PreTokenizer {
  GPT_2("gpt-2", "", false),

  /** As the transformers library reads it; see decision 8 for what llama.cpp does. */
  SMOLLM("smollm", "", false),

  LLAMA_3(
      "llama-bpe",
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      true),

  QWEN_2(
      "qwen2",
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
      false);

  private final String id;
  private final String split;
  private final boolean wholeWords;

  PreTokenizer(String id, String split, boolean wholeWords) {
    this.id = id;
    this.split = split;
    this.wholeWords = wholeWords;
  }

  static Optional<PreTokenizer> of(String name) {
    return Arrays.stream(values()).filter(pre -> pre.id.equals(name)).findFirst();
  }

  /** The names of all, for a message. */
  static String known() {
    return String.join(", ", Arrays.stream(values()).map(pre -> pre.id).toList());
  }

  /** Whether a word that is a token is taken whole, and a text starts with a token of its own. */
  boolean isLlama3() {
    return wholeWords;
  }

  /** The member {@code pre_tokenizer} of a {@code tokenizer.json}. */
  Map<String, Object> json() {
    if (split.isEmpty()) {
      return byteLevel(true);
    }
    Map<String, Object> cut = new LinkedHashMap<>();
    cut.put("type", "Split");
    cut.put("pattern", Map.of("Regex", split));
    cut.put("behavior", "Isolated");
    cut.put("invert", false);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "Sequence");
    json.put("pretokenizers", List.of(cut, byteLevel(false)));
    return json;
  }

  /**
   * Bytes as visible characters.
   *
   * @param split whether GPT-2's expression cuts the text first
   */
  static Map<String, Object> byteLevel(boolean split) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "ByteLevel");
    json.put("add_prefix_space", false);
    json.put("trim_offsets", true);
    json.put("use_regex", split);
    return json;
  }
}
