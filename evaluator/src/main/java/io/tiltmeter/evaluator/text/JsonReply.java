package io.tiltmeter.evaluator.text;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON that a language model was asked for. */
public final class JsonReply {
  private static final String FENCE = "```";
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private JsonReply() {}

  /** The one JSON value that a model said, in a fence or not; empty where it said anything else. */
  public static Optional<JsonNode> read(String said) {
    try {
      return Optional.of(MAPPER.readTree(unfenced(said.strip())))
          .filter(node -> !node.isMissingNode());
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  /** Models like to put JSON into a fence, told or not. */
  private static String unfenced(String text) {
    int firstLine = text.indexOf('\n');
    boolean fenced = text.startsWith(FENCE) && text.endsWith(FENCE) && firstLine > 0;
    return fenced ? text.substring(firstLine, text.length() - FENCE.length()) : text;
  }
}
