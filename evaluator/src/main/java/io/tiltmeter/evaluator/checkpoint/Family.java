package io.tiltmeter.evaluator.checkpoint;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The model types that can be run, with what the transformers library takes for granted. */
enum Family {
  LLAMA("llama", "LlamaForCausalLM", 2048),
  MISTRAL("mistral", "MistralForCausalLM", 4096 * 32),
  QWEN2("qwen2", "Qwen2ForCausalLM", 32_768),
  QWEN3("qwen3", "Qwen3ForCausalLM", 32_768),
  GEMMA2("gemma2", "Gemma2ForCausalLM", 8192),
  GEMMA3("gemma3_text", "Gemma3ForCausalLM", 131_072);

  private final String modelType;
  private final String architecture;
  private final int maxPositions;

  Family(String modelType, String architecture, int maxPositions) {
    this.modelType = modelType;
    this.architecture = architecture;
    this.maxPositions = maxPositions;
  }

  /**
   * The family that {@code model_type} names.
   *
   * @throws ModelException if it cannot be run
   */
  static Family of(JsonMembers json) {
    String found = json.find("model_type").map(JsonMembers::shown).orElse("nothing");
    return Arrays.stream(values())
        .filter(family -> found.equals('"' + family.modelType + '"'))
        .findFirst()
        .orElseThrow(() -> json.wrong("model_type", known(), found));
  }

  private static String known() {
    return Arrays.stream(values())
        .map(family -> '"' + family.modelType + '"')
        .collect(Collectors.joining(" or "));
  }

  String modelType() {
    return modelType;
  }

  /** The only class of this type that answers in text. */
  String architecture() {
    return architecture;
  }

  /** Longest sequence where the file does not say. */
  int maxPositions() {
    return maxPositions;
  }

  boolean isGemma() {
    return this == GEMMA2 || this == GEMMA3;
  }

  /** Whether models of this type follow a member that others do not have. */
  boolean follows(String member) {
    return switch (member) {
      case "attention_bias" -> this == LLAMA || this == QWEN3 || isGemma();
      case "mlp_bias" -> this == LLAMA;
      case "sliding_window" -> this != LLAMA;
      case "use_sliding_window" -> this == QWEN2 || this == QWEN3;
      default -> throw new IllegalArgumentException(member);
    };
  }
}
