package io.tiltmeter.gateway.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the interfaces speak it: members in snake case, strict when read. */
public final class Json {
  private static final int MAX_DEPTH = 32;

  /** Reads and writes wire records. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  /** The value as one line of JSON. */
  public static String text(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /**
   * Reads a request's body as a JSON object.
   *
   * @throws RequestException with status 400 if it is none
   */
  public static JsonNode object(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(body);
      if (!node.isObject()) {
        throw RequestException.invalid(
            "invalid_json", null, "expected a JSON object as the body, found " + kind(node));
      }
      return node;
    } catch (JacksonException e) {
      throw RequestException.invalid(
          "invalid_json",
          null,
          "expected a JSON object as the body, each member once and at most %d levels deep; could not read it%s"
              .formatted(MAX_DEPTH, place(e)));
    }
  }

  /** Reads JSON that this process wrote itself. */
  public static JsonNode own(String text) {
    return MAPPER.readTree(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String kind(JsonNode node) {
    return node.isMissingNode()
        ? "nothing"
        : "a JSON " + node.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  private static String place(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " at line %d, column %d"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }
}
