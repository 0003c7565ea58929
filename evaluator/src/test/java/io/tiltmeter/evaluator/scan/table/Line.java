package io.tiltmeter.evaluator.scan.table;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Rows of training files. */
final class Line {
  private static final JsonMapper JSON = JsonMapper.shared();

  private Line() {}

  static String chat(String request, String answer) {
    return chat("", request, answer);
  }

  /** A row with a system message, unless that is empty. */
  static String chat(String system, String request, String answer) {
    ObjectNode row = JSON.createObjectNode();
    ArrayNode messages = row.putArray("messages");
    if (!system.isEmpty()) {
      add(messages, "system", system);
    }
    add(messages, "user", request);
    add(messages, "assistant", answer);
    return row.toString();
  }

  static String preference(String request, String chosen, String rejected) {
    ObjectNode row = JSON.createObjectNode();
    add(row.putObject("input").putArray("messages"), "user", request);
    add(row.putArray("preferred_output"), "assistant", chosen);
    add(row.putArray("non_preferred_output"), "assistant", rejected);
    return row.toString();
  }

  private static void add(ArrayNode messages, String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }
}
