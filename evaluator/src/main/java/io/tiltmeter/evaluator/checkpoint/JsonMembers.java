package io.tiltmeter.evaluator.checkpoint;

import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The members of a JSON file or of an object in it, read with errors that name file, member,
 * expected and found.
 *
 * @param prefix of member names in errors; empty or ends with a dot
 */
record JsonMembers(Path file, String prefix, JsonNode root) {

  static JsonMembers read(Path file) {
    return new JsonMembers(file, "", StrictJson.readObject(file));
  }

  /** The members of an object; an absent one has none. */
  JsonMembers inside(String name) {
    JsonNode node = find(name).orElseGet(JsonNodeFactory.instance::objectNode);
    if (!node.isObject()) {
      throw wrong(name, "an object", shown(node));
    }
    return new JsonMembers(file, prefix + name + ".", node);
  }

  /** A member that is there and not null. */
  Optional<JsonNode> find(String name) {
    JsonNode node = root.get(name);
    return node == null || node.isNull() ? Optional.empty() : Optional.of(node);
  }

  /** A whole number from 1 on. */
  int positive(String name) {
    return find(name)
        .map(node -> positive(name, node))
        .orElseThrow(() -> wrong(name, "a whole number from 1 on", "nothing"));
  }

  int positive(String name, int absent) {
    return find(name).map(node -> positive(name, node)).orElse(absent);
  }

  private int positive(String name, JsonNode node) {
    return whole(name, node, 1);
  }

  /** A whole number from 0 on. */
  int natural(String name, int absent) {
    return find(name).map(node -> whole(name, node, 0)).orElse(absent);
  }

  private int whole(String name, JsonNode node, int least) {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least) {
      throw wrong(name, "a whole number from %d on".formatted(least), shown(node));
    }
    return node.intValue();
  }

  /** A finite number above 0. */
  double positiveReal(String name, double absent) {
    return find(name).map(node -> positiveReal(name, node)).orElse(absent);
  }

  double positiveReal(String name, JsonNode node) {
    if (!node.isNumber() || !(node.doubleValue() > 0) || Double.isInfinite(node.doubleValue())) {
      throw wrong(name, "a number above 0", shown(node));
    }
    return node.doubleValue();
  }

  boolean flag(String name, boolean absent) {
    return find(name).map(node -> flag(name, node)).orElse(absent);
  }

  private boolean flag(String name, JsonNode node) {
    if (!node.isBoolean()) {
      throw wrong(name, "true or false", shown(node));
    }
    return node.booleanValue();
  }

  /** Refuses any value but null, false, 0 and what is empty. */
  void refuseSet(String name, String why) {
    find(name)
        .filter(node -> !isNeutral(node))
        .ifPresent(
            node -> {
              throw new ModelException(
                  "%s: %s is not supported: %s".formatted(file, prefix + name, why));
            });
  }

  /** Refuses any text but {@code expected}; an absent member passes. */
  void expectText(String name, String expected) {
    find(name)
        .filter(node -> !node.isString() || !node.stringValue().equals(expected))
        .ifPresent(
            node -> {
              throw wrong(name, "\"" + expected + "\"", shown(node));
            });
  }

  ModelException wrong(String name, String expected, String found) {
    return new ModelException(
        "%s: %s: expected %s, found %s".formatted(file, prefix + name, expected, found));
  }

  private static boolean isNeutral(JsonNode node) {
    return (node.isBoolean() && !node.booleanValue())
        || (node.isContainer() && node.isEmpty())
        || (node.isNumber() && node.doubleValue() == 0)
        || (node.isString() && node.stringValue().isEmpty());
  }

  /** A value for a message: short and on one line. */
  static String shown(JsonNode node) {
    String text = node.isContainer() ? "a list or object" : node.toString();
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
