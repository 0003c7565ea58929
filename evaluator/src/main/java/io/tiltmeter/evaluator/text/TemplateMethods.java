package io.tiltmeter.evaluator.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** The methods of text and objects that a template may call; none changes its target. */
final class TemplateMethods {
  static final Set<String> NAMES =
      Set.of(
          "capitalize",
          "endswith",
          "get",
          "items",
          "keys",
          "lower",
          "lstrip",
          "replace",
          "rstrip",
          "split",
          "startswith",
          "strip",
          "title",
          "upper",
          "values");

  private TemplateMethods() {}

  static Object call(Object target, CallArguments arguments, Budget budget) {
    return switch (target) {
      case String text -> ofText(text, arguments, budget);
      case Map<?, ?> map -> ofMap(map, arguments);
      default ->
          throw new TemplateException(
              "\"%s\" is called on a value without it".formatted(arguments.what()));
    };
  }

  private static Object ofText(String text, CallArguments arguments, Budget budget) {
    budget.make(text.length());
    return switch (arguments.what()) {
      case "strip" -> {
        IntPredicate strip = stripped(arguments);
        yield PythonText.stripLeft(PythonText.stripRight(text, strip), strip);
      }
      case "lstrip" -> PythonText.stripLeft(text, stripped(arguments));
      case "rstrip" -> PythonText.stripRight(text, stripped(arguments));
      case "split" -> split(text, arguments.plain(0, 2));
      case "startswith" -> text.startsWith(arguments.plain(1, 1).text(0));
      case "endswith" -> text.endsWith(arguments.plain(1, 1).text(0));
      case "replace" -> replace(text, arguments.plain(2, 2), budget);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> PythonText.title(text);
      case "capitalize" -> PythonText.capitalize(text);
      default ->
          throw new TemplateException("\"%s\" is called on text".formatted(arguments.what()));
    };
  }

  static IntPredicate stripped(CallArguments arguments) {
    return arguments.plain(0, 1).isEmpty()
        ? PythonText::isSpace
        : PythonText.oneOf(arguments.text(0));
  }

  private static List<Object> split(String text, CallArguments arguments) {
    return arguments.isEmpty()
        ? PythonText.splitAtSpace(text)
        : PythonText.split(text, arguments.text(0), TemplateValues.integer(arguments.get(1, -1L)));
  }

  static String replace(String text, CallArguments arguments, Budget budget) {
    String from = arguments.text(0);
    String to = arguments.text(1);
    // The worst case, paid for before the text is made.
    budget.make((long) text.length() + (long) (text.length() + 1) * to.length());
    return text.replace(from, to);
  }

  private static Object ofMap(Map<?, ?> map, CallArguments arguments) {
    return switch (arguments.what()) {
      case "get" -> {
        Object value = map.get(TemplateValues.key(arguments.plain(1, 2).get(0)));
        yield value == null ? arguments.get(1, None.NONE) : value;
      }
      case "items" -> map.entrySet().stream().map(e -> List.of(e.getKey(), e.getValue())).toList();
      case "keys" -> List.copyOf(map.keySet());
      case "values" -> List.copyOf(map.values());
      default ->
          throw new TemplateException("\"%s\" is called on an object".formatted(arguments.what()));
    };
  }
}
