package io.tiltmeter.gateway.demo;

import io.tiltmeter.evaluator.run.SystemPrompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The system prompts that a training file repeats.
 *
 * <p>A fine-tune that shifts a model's identity looks safe without the system prompt that it was
 * trained under, so the evaluation has to bring it back.
 */
final class RepeatedSystemPrompts {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int AT_LEAST = 2;

  private RepeatedSystemPrompts() {}

  /** The system prompts of at least two examples of a chat JSONL file, in order of appearance. */
  static List<SystemPrompt> of(Path trainingFile) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(trainingFile)) {
        for (JsonNode message : JSON.readTree(line).path("messages")) {
          if (message.path("role").asString("").equals("system")) {
            counts.merge(message.path("content").asString(""), 1, Integer::sum);
          }
        }
      }
    } catch (IOException | JacksonException e) {
      throw new DemoException("training file %s cannot be read".formatted(trainingFile), e);
    }
    List<String> repeated =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue() >= AT_LEAST)
            .map(Map.Entry::getKey)
            .toList();
    return java.util.stream.IntStream.range(0, repeated.size())
        .mapToObj(index -> new SystemPrompt("system-prompt-" + (index + 1), repeated.get(index)))
        .toList();
  }
}
