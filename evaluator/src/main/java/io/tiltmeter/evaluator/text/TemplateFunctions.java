package io.tiltmeter.evaluator.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/** The functions that a template may call; there is no clock among them. */
final class TemplateFunctions {
  static final Set<String> NAMES = Set.of("namespace", "raise_exception", "range", "strftime_now");

  private TemplateFunctions() {}

  static Object call(CallArguments arguments, Budget budget) {
    return switch (arguments.what()) {
      case "namespace" -> new Namespace(new LinkedHashMap<>(arguments.named()));
      case "range" -> range(arguments.plain(1, 3), budget);
      case "raise_exception" -> throw new TemplateException("the template refuses these messages");
      default ->
          throw new TemplateException(
              "\"%s\" is not supported: the same messages must always give the same text"
                  .formatted(arguments.what()));
    };
  }

  private static List<Object> range(CallArguments arguments, Budget budget) {
    long first = TemplateValues.integer(arguments.get(0));
    boolean single = arguments.positional().size() == 1;
    long from = single ? 0 : first;
    long to = single ? first : TemplateValues.integer(arguments.get(1));
    long step = TemplateValues.integer(arguments.get(2, 1L));
    if (step == 0) {
      throw new TemplateException("range needs a step other than 0");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
      budget.step();
      numbers.add(i);
    }
    return numbers;
  }
}
