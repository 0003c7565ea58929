package io.tiltmeter.evaluator.text;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tests that a template may use after {@code is}. */
final class TemplateTests {
  static final Set<String> NAMES =
      Set.of(
          "boolean",
          "defined",
          "even",
          "false",
          "integer",
          "iterable",
          "mapping",
          "none",
          "number",
          "odd",
          "sequence",
          "string",
          "true",
          "undefined");

  private TemplateTests() {}

  static boolean holds(String test, Object value) {
    return switch (test) {
      case "defined" -> value != None.UNDEFINED;
      case "undefined" -> value == None.UNDEFINED;
      case "none" -> value == None.NONE;
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map;
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "number" -> TemplateValues.isNumber(value);
      case "iterable", "sequence" ->
          value instanceof List
              || value instanceof Map
              || value instanceof String
              || value == None.UNDEFINED;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "odd" -> Math.floorMod(TemplateValues.integer(value), 2) == 1;
      case "even" -> Math.floorMod(TemplateValues.integer(value), 2) == 0;
      default -> throw new IllegalArgumentException("parser let test through: " + test);
    };
  }
}
