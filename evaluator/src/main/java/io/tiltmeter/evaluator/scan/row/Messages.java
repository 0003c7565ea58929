package io.tiltmeter.evaluator.scan.row;

import io.tiltmeter.evaluator.scan.row.Example.Turn;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Reads lists of chat messages, in the shape of OpenAI's fine-tuning files. */
final class Messages {
  private static final Set<String> MEMBERS =
      Set.of(
          "role",
          "content",
          "name",
          "weight",
          "refusal",
          "tool_calls",
          "function_call",
          "tool_call_id");

  private static final Set<Speaker> CHAT =
      EnumSet.of(Speaker.SYSTEM, Speaker.USER, Speaker.ASSISTANT, Speaker.TOOL, Speaker.FUNCTION);
  private static final Set<Speaker> GRADED =
      EnumSet.of(Speaker.SYSTEM, Speaker.DEVELOPER, Speaker.USER, Speaker.ASSISTANT, Speaker.TOOL);

  private final RowProblems problems;
  private final Set<Speaker> speakers;

  /** Whether assistant messages are learned where their weight says nothing else. */
  private final boolean learned;

  private Messages(RowProblems problems, Set<Speaker> speakers, boolean learned) {
    this.problems = problems;
    this.speakers = speakers;
    this.learned = learned;
  }

  /** Of a chat whose assistant messages are learned. */
  static Messages learned(RowProblems problems) {
    return new Messages(problems, CHAT, true);
  }

  /** Of a chat that only leads to what is learned. */
  static Messages context(RowProblems problems) {
    return new Messages(problems, CHAT, false);
  }

  /** Of a chat that a graded answer follows. */
  static Messages graded(RowProblems problems) {
    return new Messages(problems, GRADED, false);
  }

  /**
   * The messages of a list, in order; those with problems are left out.
   *
   * @param place of the list, for problems
   */
  List<Turn> read(JsonNode messages, String place) {
    if (!messages.isArray() || messages.isEmpty()) {
      problems.add(place + ": expected a list of at least one message");
      return List.of();
    }
    List<Turn> turns = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      String at = place + "[" + i + "]";
      JsonNode message = messages.get(i);
      if (message.isObject()) {
        turn(message, at).ifPresent(turns::add);
      } else {
        problems.add(at + ": expected an object");
      }
    }
    if (turns.size() == messages.size()) {
      checkOrder(turns, messages, place);
    }
    return turns;
  }

  private Optional<Turn> turn(JsonNode message, String place) {
    problems.refuseOthers(message, MEMBERS, place + ": ");
    Optional<Speaker> speaker =
        Speaker.of(message.path("role").asString("")).filter(speakers::contains);
    if (speaker.isEmpty()) {
      problems.add(place + ".role: expected one of " + names());
      return Optional.empty();
    }
    boolean assistant = speaker.get() == Speaker.ASSISTANT;
    boolean weighs = weighs(message, assistant, place);
    refuseOfOthers(message, "tool_calls", assistant, place);
    refuseOfOthers(message, "function_call", assistant, place);
    refuseOfOthers(message, "refusal", assistant, place);
    refuseOfOthers(message, "tool_call_id", speaker.get() == Speaker.TOOL, place);
    String content = content(message, assistant, place);
    return Optional.of(new Turn(speaker.get(), content, assistant && learned && weighs));
  }

  private String names() {
    return speakers.stream().map(Speaker::wireName).collect(Collectors.joining(", "));
  }

  private String content(JsonNode message, boolean assistant, String place) {
    JsonNode content = message.path("content");
    if (content.isString()) {
      return problems.checked(content.stringValue(), place + ".content");
    }
    boolean absent = content.isMissingNode() || content.isNull();
    if (!absent || !assistant || !saysOtherwise(message)) {
      problems.add(
          place
              + ".content: expected a string"
              + (assistant && absent ? ", tool_calls or function_call" : ""));
    }
    return problems.checked(message.path("refusal").asString(""), place + ".refusal");
  }

  private static boolean saysOtherwise(JsonNode message) {
    return message.path("tool_calls").isArray()
        || message.path("function_call").isObject()
        || message.path("refusal").isString();
  }

  /** Whether the message's weight is 1, as it is where none is given. */
  private boolean weighs(JsonNode message, boolean assistant, String place) {
    JsonNode weight = message.path("weight");
    if (weight.isMissingNode()) {
      return true;
    }
    refuseOfOthers(message, "weight", assistant, place);
    if (!weight.isIntegralNumber() || !weight.canConvertToInt() || (weight.intValue() & ~1) != 0) {
      problems.add(place + ".weight: expected 0 or 1");
      return true;
    }
    return weight.intValue() == 1;
  }

  private void checkOrder(List<Turn> turns, JsonNode messages, String place) {
    for (int i = 1; i < turns.size(); i++) {
      if (turns.get(i).speaker().isSystem() && !turns.get(i - 1).speaker().isSystem()) {
        problems.add("%s[%d]: a system message must come before all others".formatted(place, i));
      }
    }
    for (int i = 0; i < turns.size(); i++) {
      if (turns.get(i).speaker() == Speaker.TOOL && !followsCall(turns, messages, i)) {
        problems.add("%s[%d]: a tool message must follow tool_calls".formatted(place, i));
      }
    }
  }

  private static boolean followsCall(List<Turn> turns, JsonNode messages, int index) {
    int caller = index - 1;
    while (caller >= 0 && turns.get(caller).speaker() == Speaker.TOOL) {
      caller--;
    }
    return caller >= 0 && messages.get(caller).path("tool_calls").isArray();
  }

  private void refuseOfOthers(JsonNode message, String name, boolean allowed, String place) {
    if (!allowed && message.has(name) && !message.get(name).isNull()) {
      problems.add("%s.%s: not for a message of this role".formatted(place, name));
    }
  }
}
