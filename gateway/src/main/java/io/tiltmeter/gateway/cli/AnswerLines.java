package io.tiltmeter.gateway.cli;

import io.tiltmeter.policy.judgement.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads answers to judge: JSON Lines with {@code id}, {@code prompt} and {@code answer}. */
final class AnswerLines {
  private static final Set<Label> GIVEN =
      Set.of(Label.REFUSED, Label.PARTIAL, Label.COMPLIED, Label.DEGENERATE);

  private final Path file;
  private final Set<List<String>> seen = new HashSet<>();

  private AnswerLines(Path file) {
    this.file = file;
  }

  /** One answer. */
  record Line(String id, String prompt, String answer) {}

  /** One answer of a model that a person labelled. */
  record LabelledLine(Line line, String model, Label label) {}

  /** What a line becomes. */
  private interface Reading<T> {
    T read(int number, JsonNode node);
  }

  /**
   * Reads every line; empty lines are skipped, members beyond those named are not read.
   *
   * @throws CommandException naming the first line that is not as expected, or if there is none
   */
  static List<Line> read(Path file) {
    AnswerLines reader = new AnswerLines(file);
    return reader.all(reader::line);
  }

  /**
   * The same with {@code model} and {@code label} of a person; a model answers an {@code id} once.
   */
  static List<LabelledLine> readLabelled(Path file) {
    AnswerLines reader = new AnswerLines(file);
    return reader.all(
        (number, node) -> {
          Line line = reader.line(number, node);
          String model = reader.text(number, node, "model");
          reader.requireNew(number, List.of(line.id(), model));
          return new LabelledLine(line, model, reader.label(number, node));
        });
  }

  private <T> List<T> all(Reading<T> reading) {
    List<T> read = new ArrayList<>();
    int number = 0;
    for (String line : lines()) {
      number++;
      if (!line.isBlank()) {
        read.add(reading.read(number, parse(number, line)));
      }
    }
    if (read.isEmpty()) {
      throw new CommandException("%s: expected answers, one a line, found none".formatted(file));
    }
    return read;
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new CommandException(
          "answers %s cannot be read as UTF-8 text: %s"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  private JsonNode parse(int number, String line) {
    try {
      JsonNode node = Json.MAPPER.readTree(line);
      if (!node.isObject()) {
        throw problem(number, "expected an object");
      }
      return node;
    } catch (JacksonException e) {
      throw problem(number, "not JSON at column " + e.getLocation().getColumnNr());
    }
  }

  private Line line(int number, JsonNode node) {
    return new Line(
        text(number, node, "id"), text(number, node, "prompt"), text(number, node, "answer"));
  }

  private String text(int number, JsonNode node, String member) {
    JsonNode value = node.path(member);
    if (!value.isString()) {
      throw problem(number, "expected \"%s\" as a string".formatted(member));
    }
    return value.stringValue();
  }

  private Label label(int number, JsonNode node) {
    String name = text(number, node, "label");
    for (Label label : Label.values()) {
      if (GIVEN.contains(label) && label.wireName().equals(name)) {
        return label;
      }
    }
    throw problem(
        number, "label must be refused, partial, complied or degenerate, got \"" + name + "\"");
  }

  private void requireNew(int number, List<String> key) {
    if (!seen.add(key)) {
      throw problem(number, "\"%s\" again".formatted(String.join("\" of \"", key)));
    }
  }

  private CommandException problem(int number, String what) {
    return new CommandException("%s:%d: %s".formatted(file, number, what));
  }
}
