package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.Example.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads one line of supervised chat training data, in the shape of OpenAI's fine-tuning files.
 *
 * <p>Every problem of the line is reported by the place of the member, never by its value.
 */
final class RowReader {
  private static final Set<String> ROW_MEMBERS =
      Set.of("messages", "tools", "parallel_tool_calls", "functions");
  private static final Set<String> MESSAGE_MEMBERS =
      Set.of(
          "role",
          "content",
          "name",
          "weight",
          "refusal",
          "tool_calls",
          "function_call",
          "tool_call_id");

  /** A name that may be shown: a row's own text hardly ever looks like this. */
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,39}");

  private final long line;
  private final Problems problems;
  private final long before;

  private RowReader(long line, Problems problems) {
    this.line = line;
    this.problems = problems;
    this.before = problems.count();
  }

  /** The example on this line; empty where it has problems. */
  static Optional<Example> read(long line, String text, Problems problems) {
    return new RowReader(line, problems).read(text);
  }

  private Optional<Example> read(String text) {
    if (text.isBlank()) {
      problem("blank line; expected a JSON object");
      return Optional.empty();
    }
    return switch (RowJson.parse(text)) {
      case RowJson.Parsed.Broken(String message) -> {
        problem(message);
        yield Optional.empty();
      }
      case RowJson.Parsed.Value(JsonNode node) -> example(node);
    };
  }

  private Optional<Example> example(JsonNode row) {
    if (!row.isObject()) {
      problem("expected a JSON object");
      return Optional.empty();
    }
    refuseOthers(row, ROW_MEMBERS, "");
    list(row, "tools");
    list(row, "functions");
    if (row.has("parallel_tool_calls") && !row.get("parallel_tool_calls").isBoolean()) {
      problem("parallel_tool_calls: expected true or false");
    }
    List<Turn> turns = turns(row.path("messages"));
    return problems.count() > before ? Optional.empty() : Optional.of(new Example(line, turns));
  }

  private List<Turn> turns(JsonNode messages) {
    if (!messages.isArray() || messages.isEmpty()) {
      problem("messages: expected a list of at least one message");
      return List.of();
    }
    List<Turn> turns = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      String place = "messages[" + i + "]";
      JsonNode message = messages.get(i);
      if (message.isObject()) {
        turn(message, place).ifPresent(turns::add);
      } else {
        problem(place + ": expected an object");
      }
    }
    if (turns.size() == messages.size()) {
      checkOrder(turns, messages);
    }
    return turns;
  }

  private Optional<Turn> turn(JsonNode message, String place) {
    refuseOthers(message, MESSAGE_MEMBERS, place + ": ");
    Optional<Speaker> speaker = Speaker.of(message.path("role").asString(""));
    if (speaker.isEmpty()) {
      problem(place + ".role: expected one of " + Speaker.NAMES);
      return Optional.empty();
    }
    boolean assistant = speaker.get() == Speaker.ASSISTANT;
    checkWeight(message, assistant, place);
    refuseOfOthers(message, "tool_calls", assistant, place);
    refuseOfOthers(message, "function_call", assistant, place);
    refuseOfOthers(message, "refusal", assistant, place);
    refuseOfOthers(message, "tool_call_id", speaker.get() == Speaker.TOOL, place);
    return Optional.of(new Turn(speaker.get(), content(message, assistant, place)));
  }

  private String content(JsonNode message, boolean assistant, String place) {
    JsonNode content = message.path("content");
    if (content.isString()) {
      String text = content.stringValue();
      if (hasLoneSurrogate(text)) {
        problem(place + ".content: holds half of a surrogate pair, which UTF-8 cannot write");
      }
      return text;
    }
    boolean absent = content.isMissingNode() || content.isNull();
    if (!absent || !assistant || !saysOtherwise(message)) {
      problem(
          place
              + ".content: expected a string"
              + (assistant && absent ? ", tool_calls or function_call" : ""));
    }
    return message.path("refusal").asString("");
  }

  private static boolean saysOtherwise(JsonNode message) {
    return message.path("tool_calls").isArray()
        || message.path("function_call").isObject()
        || message.path("refusal").isString();
  }

  private void checkWeight(JsonNode message, boolean assistant, String place) {
    JsonNode weight = message.path("weight");
    if (weight.isMissingNode()) {
      return;
    }
    refuseOfOthers(message, "weight", assistant, place);
    if (!weight.isIntegralNumber() || !weight.canConvertToInt() || (weight.intValue() & ~1) != 0) {
      problem(place + ".weight: expected 0 or 1");
    }
  }

  private void checkOrder(List<Turn> turns, JsonNode messages) {
    for (int i = 1; i < turns.size(); i++) {
      Speaker speaker = turns.get(i).speaker();
      if (speaker == Speaker.SYSTEM && turns.get(i - 1).speaker() != Speaker.SYSTEM) {
        problem("messages[%d]: a system message must come before all others".formatted(i));
      }
    }
    for (int i = 0; i < turns.size(); i++) {
      if (turns.get(i).speaker() == Speaker.TOOL && !followsCall(turns, messages, i)) {
        problem("messages[%d]: a tool message must follow tool_calls".formatted(i));
      }
    }
    if (turns.getLast().speaker() != Speaker.ASSISTANT) {
      problem("messages: the last one must have role assistant");
    }
  }

  private static boolean followsCall(List<Turn> turns, JsonNode messages, int index) {
    int caller = index - 1;
    while (caller >= 0 && turns.get(caller).speaker() == Speaker.TOOL) {
      caller--;
    }
    return caller >= 0 && messages.get(caller).path("tool_calls").isArray();
  }

  private void refuseOthers(JsonNode node, Set<String> known, String place) {
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        problem(place + "unknown member" + shown(name));
      }
    }
  }

  private void refuseOfOthers(JsonNode message, String name, boolean allowed, String place) {
    if (!allowed && message.has(name) && !message.get(name).isNull()) {
      problem("%s.%s: not for a message of this role".formatted(place, name));
    }
  }

  private void list(JsonNode row, String name) {
    if (row.has(name) && !row.get(name).isArray()) {
      problem(name + ": expected a list");
    }
  }

  private static String shown(String name) {
    return IDENTIFIER.matcher(name).matches() ? " \"" + name + "\"" : "";
  }

  private static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  private void problem(String message) {
    problems.add(line, message);
  }
}
