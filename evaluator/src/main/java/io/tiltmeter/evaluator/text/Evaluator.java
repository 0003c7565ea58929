package io.tiltmeter.evaluator.text;

import io.tiltmeter.evaluator.text.Expression.Arguments;
import io.tiltmeter.evaluator.text.Expression.Literal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates expressions on values that were handed in; nothing reaches a Java object's methods or
 * fields.
 */
final class Evaluator {
  private final Scope scope;
  private final Budget budget;

  Evaluator(Scope scope, Budget budget) {
    this.scope = scope;
    this.budget = budget;
  }

  Object value(Expression expression) {
    budget.step();
    return switch (expression) {
      case Expression.Literal e -> e.value();
      case Expression.Variable e -> scope.get(e.name());
      case Expression.ListOf e -> values(e.items());
      case Expression.DictOf e -> dictionary(e);
      case Expression.Attribute e -> attribute(value(e.target()), e.name());
      case Expression.Item e -> item(value(e.target()), value(e.index()));
      case Expression.Slice e -> slice(e);
      case Expression.Call e -> call(e);
      case Expression.Filter e ->
          TemplateFilters.apply(value(e.target()), arguments(e.name(), e.arguments()), budget);
      case Expression.Test e -> TemplateTests.holds(e.name(), tested(e.target())) != e.negated();
      case Expression.Unary e -> unary(e.operator(), value(e.operand()));
      case Expression.Binary e -> binary(e);
      case Expression.Conditional e -> conditional(e);
    };
  }

  /** A function is a defined value too, but only calls and tests may name it. */
  private Object tested(Expression expression) {
    boolean function =
        expression instanceof Expression.Variable(String name)
            && TemplateFunctions.NAMES.contains(name)
            // Left undefined: templates then take their fixed date.
            && !name.equals("strftime_now");
    return function ? true : value(expression);
  }

  private List<Object> values(List<Expression> expressions) {
    List<Object> values = new ArrayList<>();
    expressions.forEach(expression -> values.add(value(expression)));
    return values;
  }

  private Map<Object, Object> dictionary(Expression.DictOf expression) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Map.Entry<Expression, Expression> item : expression.items()) {
      map.put(TemplateValues.key(value(item.getKey())), value(item.getValue()));
    }
    return map;
  }

  private static Object attribute(Object target, String name) {
    Object value =
        switch (target) {
          case Map<?, ?> map -> map.get(name);
          case Namespace namespace -> namespace.attributes().get(name);
          case None _ -> throw new TemplateException("\"%s\" is taken of nothing".formatted(name));
          default -> null;
        };
    return value == null ? None.UNDEFINED : value;
  }

  private static Object item(Object target, Object index) {
    return switch (target) {
      case Map<?, ?> map -> {
        Object value = map.get(TemplateValues.key(index));
        yield value == null ? None.UNDEFINED : value;
      }
      case List<?> list -> at(list, index);
      case String text -> at(TemplateValues.items(text), index);
      case None _ -> throw new TemplateException("an item is taken of nothing");
      default -> None.UNDEFINED;
    };
  }

  private static Object at(List<?> list, Object index) {
    if (!(index instanceof Long i)) {
      return None.UNDEFINED;
    }
    long place = i < 0 ? i + list.size() : i;
    return place < 0 || place >= list.size() ? None.UNDEFINED : list.get((int) place);
  }

  private Object slice(Expression.Slice e) {
    Object target = value(e.target());
    List<?> items = TemplateValues.items(target);
    long step = e.step() == null ? 1 : TemplateValues.integer(value(e.step()));
    if (step == 0) {
      throw new TemplateException("slice needs a step other than 0");
    }
    long first = bound(e.from(), step > 0 ? 0 : items.size() - 1, items.size(), step);
    long last = bound(e.to(), step > 0 ? items.size() : -1, items.size(), step);
    List<Object> taken = new ArrayList<>();
    for (long i = first; step > 0 ? i < last : i > last; i += step) {
      budget.step();
      taken.add(items.get((int) i));
    }
    return target instanceof String ? String.join("", taken.toArray(String[]::new)) : taken;
  }

  /** Python's rule: negative counts from the end, what lies outside is moved to the edge. */
  private long bound(@Nullable Expression bound, long absent, long size, long step) {
    Object value = bound == null ? None.NONE : value(bound);
    if (value == None.NONE) {
      return absent;
    }
    long given = TemplateValues.integer(value);
    long place = given < 0 ? given + size : given;
    return step > 0 ? Math.clamp(place, 0, size) : Math.clamp(place, -1, size - 1);
  }

  private Object call(Expression.Call e) {
    if (e.target() != null) {
      return TemplateMethods.call(value(e.target()), arguments(e.name(), e.arguments()), budget);
    }
    // Only words of the template itself go into a message, never words of the chat.
    if (e.name().equals("raise_exception")
        && e.arguments().positional().size() == 1
        && e.arguments().positional().getFirst() instanceof Literal(String reason)) {
      throw new TemplateException(
          "the template refuses these messages: " + reason.lines().findFirst().orElse(""));
    }
    return TemplateFunctions.call(arguments(e.name(), e.arguments()), budget);
  }

  private CallArguments arguments(String name, Arguments arguments) {
    Map<String, Object> named = new LinkedHashMap<>();
    arguments.named().forEach((key, expression) -> named.put(key, value(expression)));
    return new CallArguments(name, values(arguments.positional()), named);
  }

  private static Object unary(String operator, Object value) {
    return switch (operator) {
      case "not" -> !TemplateValues.isTrue(value);
      case "-" ->
          value instanceof Double d
              ? (Object) (-d)
              : Math.negateExact(TemplateValues.integer(value));
      default -> value;
    };
  }

  private Object conditional(Expression.Conditional e) {
    if (TemplateValues.isTrue(value(e.condition()))) {
      return value(e.then());
    }
    return e.otherwise() == null ? None.UNDEFINED : value(e.otherwise());
  }

  private Object binary(Expression.Binary e) {
    Object left = value(e.left());
    return switch (e.operator()) {
      case "and" -> TemplateValues.isTrue(left) ? value(e.right()) : left;
      case "or" -> TemplateValues.isTrue(left) ? left : value(e.right());
      default -> binary(e.operator(), left, value(e.right()));
    };
  }

  private Object binary(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> TemplateValues.equal(left, right);
      case "!=" -> !TemplateValues.equal(left, right);
      case "<" -> TemplateValues.compare(left, right) < 0;
      case "<=" -> TemplateValues.compare(left, right) <= 0;
      case ">" -> TemplateValues.compare(left, right) > 0;
      case ">=" -> TemplateValues.compare(left, right) >= 0;
      case "in" -> TemplateValues.contains(right, left);
      case "not in" -> !TemplateValues.contains(right, left);
      case "~" -> concatenated(TemplateValues.text(left), TemplateValues.text(right));
      case "+" -> plus(left, right);
      default -> Arithmetic.apply(operator, left, right);
    };
  }

  private Object plus(Object left, Object right) {
    if (left instanceof String l && right instanceof String r) {
      return concatenated(l, r);
    }
    if (left instanceof List<?> l && right instanceof List<?> r) {
      budget.make((long) l.size() + r.size());
      List<Object> both = new ArrayList<>(l);
      both.addAll(r);
      return both;
    }
    return Arithmetic.apply("+", left, right);
  }

  private String concatenated(String left, String right) {
    budget.make((long) left.length() + right.length());
    return left + right;
  }
}
