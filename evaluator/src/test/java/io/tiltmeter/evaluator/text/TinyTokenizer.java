package io.tiltmeter.evaluator.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Makes a byte-level BPE tokenizer of 256 bytes, a few merges and three special tokens. */
public final class TinyTokenizer {
  static final int START = 0;
  static final int END = 1;
  static final int BEGIN = 2;
  static final int FIRST_BYTE = 3;

  private static final List<List<String>> MERGES =
      List.of(List.of("l", "o"), List.of("h", "e"), List.of("he", "l"), List.of("hel", "lo"));

  private TinyTokenizer() {}

  /** Writes {@code tokenizer.json}; its truncation to 4 tokens must not be obeyed. */
  public static void write(Path directory) throws IOException {
    Map<String, Object> tokenizer = new LinkedHashMap<>();
    tokenizer.put("version", "1.0");
    tokenizer.put(
        "truncation",
        Map.of("direction", "Right", "max_length", 4, "strategy", "LongestFirst", "stride", 0));
    tokenizer.put(
        "padding",
        Map.of(
            "strategy",
            Map.of("Fixed", 32),
            "direction",
            "Right",
            "pad_id",
            1,
            "pad_type_id",
            0,
            "pad_token",
            "<|end|>"));
    tokenizer.put(
        "added_tokens",
        List.of(special(START, "<|start|>"), special(END, "<|end|>"), special(BEGIN, "<s>")));
    tokenizer.put("normalizer", null);
    tokenizer.put("pre_tokenizer", byteLevel());
    tokenizer.put("post_processor", beginBefore());
    tokenizer.put("decoder", byteLevel());
    tokenizer.put("model", model());
    Files.writeString(
        directory.resolve("tokenizer.json"), new JsonMapper().writeValueAsString(tokenizer));
  }

  private static Map<String, Object> special(int id, String content) {
    return Map.of(
        "id",
        id,
        "content",
        content,
        "single_word",
        false,
        "lstrip",
        false,
        "rstrip",
        false,
        "normalized",
        false,
        "special",
        true);
  }

  private static Map<String, Object> byteLevel() {
    return Map.of(
        "type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true, "use_regex", true);
  }

  private static Map<String, Object> beginBefore() {
    Map<String, Object> begin = Map.of("SpecialToken", Map.of("id", "<s>", "type_id", 0));
    Map<String, Object> text = Map.of("Sequence", Map.of("id", "A", "type_id", 0));
    return Map.of(
        "type", "TemplateProcessing",
        "single", List.of(begin, text),
        "pair", List.of(begin, text),
        "special_tokens",
            Map.of("<s>", Map.of("id", "<s>", "ids", List.of(BEGIN), "tokens", List.of("<s>"))));
  }

  private static Map<String, Object> model() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    List.of("<|start|>", "<|end|>", "<s>").forEach(t -> vocabulary.put(t, vocabulary.size()));
    bytes().forEach(t -> vocabulary.put(t, vocabulary.size()));
    MERGES.forEach(merge -> vocabulary.put(String.join("", merge), vocabulary.size()));
    return Map.of("type", "BPE", "vocab", vocabulary, "merges", MERGES);
  }

  /** GPT-2's visible characters for the bytes 0 to 255. */
  private static List<String> bytes() {
    List<String> characters = new ArrayList<>();
    int shifted = 256;
    for (int b = 0; b < 256; b++) {
      boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      characters.add(Character.toString(visible ? b : shifted++));
    }
    return characters;
  }
}
