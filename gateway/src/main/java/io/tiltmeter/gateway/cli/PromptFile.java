package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads the prompts of {@code generate}: JSON Lines with {@code id} and messages or a prompt. */
final class PromptFile {
  private final Path file;
  private final Side side;
  private final Set<String> seen = new HashSet<>();

  private PromptFile(Path file, Side side) {
    this.file = file;
    this.side = side;
  }

  /**
   * Reads every line; empty lines are skipped.
   *
   * @throws CommandException naming the first line that is not as expected
   */
  static List<Ask> read(Path file, Side side) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new CommandException(
          "prompts %s cannot be read as UTF-8 text: %s"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
    PromptFile reader = new PromptFile(file, side);
    List<Ask> asks = new ArrayList<>();
    for (int index = 0; index < lines.size(); index++) {
      if (!lines.get(index).isBlank()) {
        asks.add(reader.ask(index + 1, lines.get(index)));
      }
    }
    return asks;
  }

  private Ask ask(int number, String line) {
    JsonNode node = parse(number, line);
    String id = node.path("id").asString("");
    if (id.isEmpty() || !seen.add(id)) {
      throw problem(number, id.isEmpty() ? "\"id\" is missing" : "id \"" + id + "\" again");
    }
    boolean chat = node.path("messages").isArray();
    if (chat == node.path("prompt").isString()) {
      throw problem(number, "expected either \"messages\" (a list) or \"prompt\" (a string)");
    }
    return new Ask(
        id,
        side,
        chat
            ? new Ask.Input.Chat(messages(number, node.path("messages")))
            : new Ask.Input.Raw(node.path("prompt").stringValue()));
  }

  private JsonNode parse(int number, String line) {
    try {
      return Json.MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw problem(number, "not JSON at column " + e.getLocation().getColumnNr());
    }
  }

  private List<Message> messages(int number, JsonNode list) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode turn : list) {
      if (!turn.path("content").isString()) {
        throw problem(number, "a message without \"content\"");
      }
      messages.add(new Message(role(number, turn), turn.path("content").stringValue()));
    }
    if (messages.isEmpty()) {
      throw problem(number, "\"messages\" is empty");
    }
    return messages;
  }

  private Role role(int number, JsonNode turn) {
    String name = turn.path("role").asString("");
    for (Role role : Role.values()) {
      if (role.wireName().equals(name)) {
        return role;
      }
    }
    throw problem(number, "role must be system, user or assistant, got \"" + name + "\"");
  }

  private CommandException problem(int number, String what) {
    return new CommandException("%s:%d: %s".formatted(file, number, what));
  }
}
