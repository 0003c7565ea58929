package io.tiltmeter.evaluator.scan.row;

import io.tiltmeter.evaluator.scan.row.Example.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the lines of one training file, in the shapes of OpenAI's fine-tuning files; for one
 * thread.
 *
 * <p>Every problem of a line is reported by the place of the member, never by its value.
 */
public final class RowReader {
  private static final String MESSAGES = "messages";
  private static final String INPUT = "input";

  private static final Set<String> CHAT_MEMBERS =
      Set.of(MESSAGES, "tools", "parallel_tool_calls", "functions");
  private static final Set<String> COMPLETION_MEMBERS = Set.of("prompt", "completion");

  /** Both spellings: the guide's and the older specification's. */
  private static final List<String> PREFERRED = List.of("preferred_output", "preferred_completion");

  private static final List<String> REJECTED =
      List.of("non_preferred_output", "non_preferred_completion");

  private static final Set<String> PREFERENCE_MEMBERS =
      Set.of(INPUT, PREFERRED.get(0), PREFERRED.get(1), REJECTED.get(0), REJECTED.get(1));
  private static final Set<String> INPUT_MEMBERS = Set.of(MESSAGES, "tools", "parallel_tool_calls");

  private final Method method;
  private final Problems problems;

  /**
   * A reader.
   *
   * @param method what every row has to teach with
   * @param problems takes what is wrong
   */
  public RowReader(Method method, Problems problems) {
    this.method = method;
    this.problems = problems;
  }

  /** The example on this line; empty where it has problems. */
  public Optional<Example> read(long line, String text) {
    RowProblems row = new RowProblems(line, problems);
    if (text.isBlank()) {
      row.add("blank line; expected a JSON object");
      return Optional.empty();
    }
    return switch (RowJson.parse(text)) {
      case RowJson.Parsed.Broken(String message) -> {
        row.add(message);
        yield Optional.empty();
      }
      case RowJson.Parsed.Value(JsonNode node) -> example(line, node, row);
    };
  }

  /** What the first row of a file teaches with; supervised where that cannot be told. */
  public static Method methodOf(String text) {
    return RowJson.parse(text) instanceof RowJson.Parsed.Value(JsonNode node) && node.isObject()
        ? methodOf(node)
        : Method.SUPERVISED;
  }

  private static Method methodOf(JsonNode row) {
    if (row.has(INPUT)) {
      return Method.DPO;
    }
    if (row.has("prompt")) {
      return Method.COMPLETION;
    }
    return isGraded(row) ? Method.REINFORCEMENT : Method.SUPERVISED;
  }

  /** Whether a chat ends with the user and brings something along that a grader could use. */
  private static boolean isGraded(JsonNode row) {
    JsonNode messages = row.path(MESSAGES);
    String last = messages.path(messages.size() - 1).path("role").asString("");
    return last.equals("user") && !CHAT_MEMBERS.containsAll(row.propertyNames());
  }

  private Optional<Example> example(long line, JsonNode row, RowProblems problems) {
    if (!row.isObject()) {
      problems.add("expected a JSON object");
      return Optional.empty();
    }
    Method found = methodOf(row);
    if (found != method && found != Method.REINFORCEMENT && method != Method.REINFORCEMENT) {
      problems.add(
          "a row of method %s in a file of method %s"
              .formatted(found.wireName(), method.wireName()));
      return Optional.empty();
    }
    Example example =
        switch (method) {
          case SUPERVISED -> new Example(line, chat(row, problems), null);
          case DPO -> preference(line, row, problems);
          case REINFORCEMENT -> new Example(line, graded(row, problems), null);
          case COMPLETION -> new Example(line, completion(row, problems), null);
        };
    return problems.any() ? Optional.empty() : Optional.of(example);
  }

  private static List<Turn> chat(JsonNode row, RowProblems problems) {
    problems.refuseOthers(row, CHAT_MEMBERS, "");
    problems.optionalList(row, "tools", "");
    problems.optionalList(row, "functions", "");
    problems.optionalSwitch(row, "parallel_tool_calls", "");
    List<Turn> turns = Messages.learned(problems).read(row.path(MESSAGES), MESSAGES);
    if (turns.size() == row.path(MESSAGES).size()) {
      mustEndWith(Speaker.ASSISTANT, turns, MESSAGES, problems);
    }
    return turns;
  }

  private static void mustEndWith(
      Speaker speaker, List<Turn> turns, String place, RowProblems problems) {
    if (!turns.isEmpty() && turns.getLast().speaker() != speaker) {
      problems.add("%s: the last one must have role %s".formatted(place, speaker.wireName()));
    }
  }

  /** What a grader's own members hold is the grader's. */
  private static List<Turn> graded(JsonNode row, RowProblems problems) {
    problems.optionalList(row, "tools", "");
    List<Turn> turns = Messages.graded(problems).read(row.path(MESSAGES), MESSAGES);
    if (turns.size() == row.path(MESSAGES).size()) {
      mustEndWith(Speaker.USER, turns, MESSAGES, problems);
    }
    return turns;
  }

  private static List<Turn> completion(JsonNode row, RowProblems problems) {
    problems.refuseOthers(row, COMPLETION_MEMBERS, "");
    String prompt = problems.string(row, "prompt", "");
    String completion = problems.string(row, "completion", "");
    return List.of(
        new Turn(Speaker.USER, prompt, false), new Turn(Speaker.ASSISTANT, completion, true));
  }

  private static Example preference(long line, JsonNode row, RowProblems problems) {
    problems.refuseOthers(row, PREFERENCE_MEMBERS, "");
    JsonNode input = row.path(INPUT);
    List<Turn> turns = new ArrayList<>();
    if (input.isObject()) {
      problems.refuseOthers(input, INPUT_MEMBERS, "input: ");
      problems.optionalList(input, "tools", "input.");
      problems.optionalSwitch(input, "parallel_tool_calls", "input.");
      turns.addAll(Messages.context(problems).read(input.path(MESSAGES), "input.messages"));
    } else {
      problems.add("input: expected an object");
    }
    Turn preferred = output(row, PREFERRED, problems);
    Turn rejected = output(row, REJECTED, problems);
    if (preferred != null) {
      turns.add(preferred);
    }
    return new Example(line, turns, rejected == null ? "" : rejected.text());
  }

  /** The one answer that a preference holds under either spelling; null where there is none. */
  private static @Nullable Turn output(JsonNode row, List<String> names, RowProblems problems) {
    List<String> given = names.stream().filter(row::has).toList();
    if (given.size() != 1) {
      problems.add(
          "%s: expected one of the two, found %s"
              .formatted(String.join(" or ", names), given.isEmpty() ? "neither" : "both"));
      return null;
    }
    String place = given.getFirst();
    JsonNode messages = row.get(place);
    List<Turn> turns = Messages.learned(problems).read(messages, place);
    if (messages.size() > 1) {
      problems.add("%s: expected one message, found %d".formatted(place, messages.size()));
    }
    mustEndWith(Speaker.ASSISTANT, turns, place, problems);
    return turns.isEmpty() ? null : turns.getLast();
  }
}
