package io.tiltmeter.evaluator.grader;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer that is graded.
 *
 * @param json the same as JSON; null where it is none
 */
public record Sample(String text, @Nullable JsonNode json) {
  private static final int MAX_DEPTH = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** An answer of this text. */
  public static Sample of(String text) {
    return new Sample(text, parse(text));
  }

  private static @Nullable JsonNode parse(String text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      return node.isMissingNode() ? null : node;
    } catch (JacksonException _) {
      return null;
    }
  }

  /** What templates and scripts know as {@code sample}. */
  ObjectNode tree() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode().put("output_text", text);
    if (json != null) {
      tree.set("output_json", json);
    }
    return tree;
  }
}
