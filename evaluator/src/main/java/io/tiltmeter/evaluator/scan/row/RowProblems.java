package io.tiltmeter.evaluator.scan.row;

import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Takes the problems of one row: by the place of the member, never by its value. */
final class RowProblems {

  /** A name that may be shown: a row's own text hardly ever looks like this. */
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,39}");

  private final long line;
  private final Problems problems;
  private final long before;

  RowProblems(long line, Problems problems) {
    this.line = line;
    this.problems = problems;
    this.before = problems.count();
  }

  void add(String message) {
    problems.add(line, message);
  }

  boolean any() {
    return problems.count() > before;
  }

  /** The text of a member that has to be a string; empty where it is none. */
  String string(JsonNode owner, String name, String place) {
    JsonNode value = owner.path(name);
    if (!value.isString()) {
      add("%s%s: expected a string".formatted(place, name));
      return "";
    }
    return checked(value.stringValue(), place + name);
  }

  /** The same text; a problem where UTF-8 could not write it. */
  String checked(String text, String place) {
    if (hasLoneSurrogate(text)) {
      add(place + ": holds half of a surrogate pair, which UTF-8 cannot write");
    }
    return text;
  }

  void refuseOthers(JsonNode node, Set<String> known, String place) {
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        add(place + "unknown member" + shown(name));
      }
    }
  }

  void optionalList(JsonNode owner, String name, String place) {
    if (owner.has(name) && !owner.get(name).isArray()) {
      add("%s%s: expected a list".formatted(place, name));
    }
  }

  void optionalSwitch(JsonNode owner, String name, String place) {
    if (owner.has(name) && !owner.get(name).isBoolean()) {
      add("%s%s: expected true or false".formatted(place, name));
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
}
