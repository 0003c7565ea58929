package io.tiltmeter.evaluator.text;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Python's rules for the values of templates: String, Long, Double, Boolean, List, Map, {@link
 * Namespace} and {@link None}.
 */
final class TemplateValues {
  private TemplateValues() {}

  static boolean isTrue(Object value) {
    return switch (value) {
      case Boolean b -> b;
      case None _ -> false;
      case String s -> !s.isEmpty();
      case Long l -> l != 0;
      case Double d -> d != 0;
      case List<?> l -> !l.isEmpty();
      case Map<?, ?> m -> !m.isEmpty();
      default -> true;
    };
  }

  /** As Python's {@code str}; lists and objects have no text here. */
  static String text(Object value) {
    return switch (value) {
      case String s -> s;
      case Boolean b -> b ? "True" : "False";
      case Long l -> l.toString();
      case Double d -> d.toString();
      case None n -> n == None.NONE ? "None" : "";
      default -> throw new TemplateException("a list or object is used as text");
    };
  }

  /**
   * Whether values are equal; lists and objects that hold something are not compared, as a template
   * can nest them so that it takes forever.
   */
  static boolean equal(Object left, Object right) {
    if (isFilled(left) && isFilled(right)) {
      throw new TemplateException("lists or objects are compared");
    }
    if (isNumber(left) && isNumber(right)) {
      return number(left) == number(right);
    }
    return Objects.equals(left, right);
  }

  private static boolean isFilled(Object value) {
    return switch (value) {
      case List<?> l -> !l.isEmpty();
      case Map<?, ?> m -> !m.isEmpty();
      case Namespace _ -> true;
      default -> false;
    };
  }

  /** A value that may be the key of an object. */
  static Object key(Object value) {
    if (value instanceof List || value instanceof Map || value instanceof Namespace) {
      throw new TemplateException("a list or object is used as a key");
    }
    return value;
  }

  static int compare(Object left, Object right) {
    if (isNumber(left) && isNumber(right)) {
      return Double.compare(number(left), number(right));
    }
    if (left instanceof String l && right instanceof String r) {
      return l.compareTo(r);
    }
    throw new TemplateException("values of different kinds are compared");
  }

  static boolean contains(Object container, Object item) {
    return switch (container) {
      case String s when item instanceof String part -> s.contains(part);
      case Map<?, ?> m -> m.containsKey(key(item));
      case List<?> l -> l.stream().anyMatch(other -> equal(other, item));
      case None n when n == None.UNDEFINED -> false;
      default -> throw new TemplateException("\"in\" needs a list, an object or text");
    };
  }

  /** What a loop over the value takes one after another. */
  static List<?> items(Object value) {
    return switch (value) {
      case List<?> l -> l;
      case Map<?, ?> m -> List.copyOf(m.keySet());
      case String s -> s.codePoints().mapToObj(Character::toString).toList();
      case None n when n == None.UNDEFINED -> List.of();
      default -> throw new TemplateException("a loop needs a list, an object or text");
    };
  }

  static long length(Object value) {
    return switch (value) {
      case String s -> s.codePointCount(0, s.length());
      case List<?> l -> l.size();
      case Map<?, ?> m -> m.size();
      case None n when n == None.UNDEFINED -> 0;
      default -> throw new TemplateException("length needs a list, an object or text");
    };
  }

  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  static double number(Object value) {
    return switch (value) {
      case Long l -> l;
      case Double d -> d;
      case Boolean b -> b ? 1 : 0;
      default -> throw new TemplateException("a number is needed");
    };
  }

  static long integer(Object value) {
    return switch (value) {
      case Long l -> l;
      case Boolean b -> b ? 1 : 0;
      default -> throw new TemplateException("a whole number is needed");
    };
  }
}
