package io.tiltmeter.gateway.packfile;

import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.gateway.sourcefile.Fields;
import io.tiltmeter.gateway.sourcefile.Issues;
import io.tiltmeter.gateway.sourcefile.JsonLines;
import io.tiltmeter.gateway.sourcefile.Node;
import io.tiltmeter.gateway.sourcefile.Place;
import io.tiltmeter.gateway.sourcefile.Words;
import io.tiltmeter.policy.gate.Observations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads system prompts to replay, one a line: plain text, or JSON Lines where the first line starts
 * like JSON, each a string or an object with {@code prompt} and, if wanted, {@code name}. A prompt
 * without a name is named {@code system-} and its line.
 */
public final class SystemPromptsReader {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

  private final Issues issues;
  private final List<SystemPrompt> prompts = new ArrayList<>();
  private final Map<String, Place> named = new HashMap<>();

  private SystemPromptsReader(Issues issues) {
    this.issues = issues;
    // The pack's own probes are the stratum of this name.
    named.put(Observations.PACK, Place.START);
  }

  /**
   * Reads the prompts in this file.
   *
   * @return the prompts, or every problem of the file
   * @throws IOException if the file cannot be read
   */
  public static SystemPromptsResult read(Path file) throws IOException {
    Issues issues = new Issues(file.toString());
    List<Node> nodes = isJson(file) ? JsonLines.read(file, issues) : plainLines(file);
    if (nodes.isEmpty()) {
      issues.add(Place.START, "no system prompts; expected one a line");
    }
    SystemPromptsReader reader = new SystemPromptsReader(issues);
    nodes.forEach(reader::add);
    return issues.isEmpty()
        ? new SystemPromptsResult.Read(reader.prompts)
        : new SystemPromptsResult.Invalid(issues.inOrder());
  }

  private static boolean isJson(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .findFirst()
          .map(line -> line.startsWith("{") || line.startsWith("\""))
          .orElse(false);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static List<Node> plainLines(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return IntStream.range(0, lines.size())
        .filter(index -> !lines.get(index).isBlank())
        .mapToObj(index -> plainLine(new Place(index + 1, 1), lines.get(index)))
        .toList();
  }

  private static Node plainLine(Place place, String line) {
    return new Node.Text(place, place, line.strip());
  }

  private void add(Node node) {
    if (!(node instanceof Node.Text text)) {
      Fields.of(node, "the system prompt", List.of("name", "prompt"), issues).ifPresent(this::add);
    } else if (text.value().isBlank()) {
      issues.add(text.place(), "the system prompt is empty; expected text");
    } else {
      add(byLine(text.place()), text.value(), text.place());
    }
  }

  private void add(Fields fields) {
    String given = fields.name("name", NAME);
    String prompt = fields.requiredText("prompt");
    String name = given == null ? byLine(fields.place()) : given;
    if (prompt != null) {
      add(name, prompt, fields.placeOf("name"));
    }
  }

  private static String byLine(Place place) {
    return "system-" + place.line();
  }

  private void add(String name, String prompt, Place place) {
    if (named.putIfAbsent(name, place) == null) {
      prompts.add(new SystemPrompt(name, prompt));
    } else {
      issues.add(place, "name %s is taken; give another".formatted(Words.quote(name)));
    }
  }
}
