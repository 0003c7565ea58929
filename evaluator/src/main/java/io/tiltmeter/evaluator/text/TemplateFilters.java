package io.tiltmeter.evaluator.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.IntPredicate;
import tools.jackson.databind.json.JsonMapper;

/** The filters that a template may use. */
final class TemplateFilters {
  static final Set<String> NAMES =
      Set.of(
          "capitalize",
          "count",
          "d",
          "default",
          "first",
          "int",
          "items",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "replace",
          "safe",
          "string",
          "title",
          "tojson",
          "trim",
          "upper");

  private static final JsonMapper MAPPER = new JsonMapper();

  private TemplateFilters() {}

  static Object apply(Object value, CallArguments arguments, Budget budget) {
    return switch (arguments.what()) {
      case "default", "d" -> orDefault(value, arguments.plain(0, 2));
      case "length", "count" -> TemplateValues.length(value);
      case "first" -> end(TemplateValues.items(value), true);
      case "last" -> end(TemplateValues.items(value), false);
      case "list" -> List.copyOf(TemplateValues.items(value));
      case "items" ->
          value == None.UNDEFINED
              ? List.of()
              : TemplateMethods.call(value, arguments.plain(0, 0), budget);
      case "join" -> join(value, arguments.plain(0, 1), budget);
      case "tojson" -> {
        arguments.plain(0, 0);
        StringBuilder json = new StringBuilder();
        json(value, json, budget);
        yield json.toString();
      }
      case "int" ->
          value instanceof Double d ? (Object) d.longValue() : TemplateValues.integer(value);
      default -> ofText(TemplateValues.text(value), arguments, budget);
    };
  }

  private static Object ofText(String text, CallArguments arguments, Budget budget) {
    budget.make(text.length());
    return switch (arguments.what()) {
      case "trim" -> {
        IntPredicate strip = TemplateMethods.stripped(arguments);
        yield PythonText.stripLeft(PythonText.stripRight(text, strip), strip);
      }
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> PythonText.title(text);
      case "capitalize" -> PythonText.capitalize(text);
      case "replace" -> TemplateMethods.replace(text, arguments.plain(2, 2), budget);
      default -> text;
    };
  }

  private static Object orDefault(Object value, CallArguments arguments) {
    boolean alsoEmpty = TemplateValues.isTrue(arguments.get(1, false));
    boolean absent = value == None.UNDEFINED || (alsoEmpty && !TemplateValues.isTrue(value));
    return absent ? arguments.get(0, "") : value;
  }

  private static Object end(List<?> items, boolean first) {
    if (items.isEmpty()) {
      return None.UNDEFINED;
    }
    return first ? items.getFirst() : items.getLast();
  }

  private static String join(Object value, CallArguments arguments, Budget budget) {
    String separator = arguments.isEmpty() ? "" : arguments.text(0);
    StringJoiner joined = new StringJoiner(separator);
    for (Object item : TemplateValues.items(value)) {
      String text = TemplateValues.text(item);
      budget.make((long) text.length() + separator.length());
      joined.add(text);
    }
    return joined.toString();
  }

  /** As Python's {@code json.dumps} with {@code ensure_ascii=False}. */
  private static void json(Object value, StringBuilder json, Budget budget) {
    budget.step();
    switch (value) {
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.append(separator);
          json(TemplateValues.text(entry.getKey()), json, budget);
          json.append(": ");
          json(entry.getValue(), json, budget);
          separator = ", ";
        }
        json.append(map.isEmpty() ? "{}" : "}");
      }
      case List<?> list -> {
        String separator = "[";
        for (Object item : list) {
          json.append(separator);
          json(item, json, budget);
          separator = ", ";
        }
        json.append(list.isEmpty() ? "[]" : "]");
      }
      default -> {
        String text = scalar(value);
        budget.make(text.length());
        json.append(text);
      }
    }
  }

  private static String scalar(Object value) {
    return switch (value) {
      case None n when n == None.NONE -> "null";
      case None _ -> throw new TemplateException("tojson is given an undefined value");
      case Namespace _ -> throw new TemplateException("tojson is given a namespace");
      default -> MAPPER.writeValueAsString(value);
    };
  }
}
