package io.tiltmeter.evaluator.grader;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Text with places for members of the item and the sample: {@code {{item.answer}}}, {@code
 * {{sample.output_text}}}, {@code {{sample.output_json.steps[0].name}}}.
 */
public final class Template {
  /** Steps of the longest path. */
  private static final int MAX_STEPS = 32;

  private static final Pattern PLACE = Pattern.compile("\\{\\{([^{}]*)}}");
  private static final Pattern PATH =
      Pattern.compile("(item|sample)((?:\\.[\\p{L}\\p{N}_-]+|\\[\\d{1,6}])*)");
  private static final Pattern STEP = Pattern.compile("\\.([\\p{L}\\p{N}_-]+)|\\[(\\d+)]");

  private static final Step JSON = new Step.Member("output_json");

  private final String text;
  private final List<Part> parts;

  /** A piece of a template. */
  private sealed interface Part {
    record Literal(String text) implements Part {}

    record Path(boolean isItem, List<Step> steps) implements Part {}
  }

  /** One step into a tree. */
  private sealed interface Step {
    JsonNode into(JsonNode node);

    record Member(String name) implements Step {
      @Override
      public JsonNode into(JsonNode node) {
        return node.path(name);
      }
    }

    record Element(int index) implements Step {
      @Override
      public JsonNode into(JsonNode node) {
        return node.path(index);
      }
    }
  }

  private Template(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException that says what is wrong if a place names neither item nor
   *     sample
   */
  public static Template of(String text) {
    List<Part> parts = new ArrayList<>();
    Matcher places = PLACE.matcher(text);
    int from = 0;
    while (places.find()) {
      parts.add(new Part.Literal(text.substring(from, places.start())));
      parts.add(path(places.group(1).strip()));
      from = places.end();
    }
    parts.add(new Part.Literal(text.substring(from)));
    return new Template(text, parts);
  }

  private static Part path(String path) {
    Matcher matcher = PATH.matcher(path);
    List<Step> steps = new ArrayList<>();
    if (matcher.matches()) {
      Matcher step = STEP.matcher(matcher.group(2));
      while (step.find()) {
        steps.add(
            step.group(1) != null
                ? new Step.Member(step.group(1))
                : new Step.Element(Integer.parseInt(step.group(2))));
      }
    }
    if (steps.isEmpty() || steps.size() > MAX_STEPS) {
      throw new IllegalArgumentException(
          "expected {{item.NAME}}, {{sample.output_text}} or {{sample.output_json.NAME}} with at"
              + " most %d steps as a place in a template".formatted(MAX_STEPS));
    }
    return new Part.Path(matcher.group(1).equals("item"), steps);
  }

  /** The template as it was written. */
  public String text() {
    return text;
  }

  /** Whether it asks for members of an answer that is JSON. */
  boolean needsJson() {
    return parts.stream()
        .anyMatch(
            part ->
                part instanceof Part.Path(boolean isItem, List<Step> steps)
                    && !isItem
                    && steps.getFirst().equals(JSON));
  }

  /** The text for one sample; empty where the item or the sample lacks a member. */
  Optional<String> fill(JsonNode item, JsonNode sample) {
    StringBuilder filled = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Part.Literal(String literal) -> filled.append(literal);
        case Part.Path(boolean isItem, List<Step> steps) -> {
          JsonNode value = isItem ? item : sample;
          for (Step step : steps) {
            value = step.into(value);
          }
          if (value.isMissingNode()) {
            return Optional.empty();
          }
          filled.append(value.isString() ? value.stringValue() : value.toString());
        }
      }
    }
    return Optional.of(filled.toString());
  }
}
