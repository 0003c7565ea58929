package io.tiltmeter.evaluator.text;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An expression of a template; it has no effect but its value. */
sealed interface Expression {

  /** A number, text, true, false or none. */
  record Literal(Object value) implements Expression {}

  /** A variable. */
  record Variable(String name) implements Expression {}

  /** A list or tuple. */
  record ListOf(List<Expression> items) implements Expression {}

  /** A dictionary. */
  record DictOf(List<Map.Entry<Expression, Expression>> items) implements Expression {}

  /** {@code target.name}. */
  record Attribute(Expression target, String name) implements Expression {}

  /** {@code target[index]}. */
  record Item(Expression target, Expression index) implements Expression {}

  /** {@code target[from:to:step]}, each of the three may be absent. */
  record Slice(
      Expression target,
      @Nullable Expression from,
      @Nullable Expression to,
      @Nullable Expression step)
      implements Expression {}

  /** A call of a function, or of a method where {@code target} is given. */
  record Call(@Nullable Expression target, String name, Arguments arguments)
      implements Expression {}

  /** {@code target | name(arguments)}. */
  record Filter(Expression target, String name, Arguments arguments) implements Expression {}

  /** {@code target is name}. */
  record Test(Expression target, String name, boolean negated) implements Expression {}

  /** {@code -x}, {@code +x} or {@code not x}. */
  record Unary(String operator, Expression operand) implements Expression {}

  /** Two operands; {@code and} and {@code or} evaluate the second only where needed. */
  record Binary(String operator, Expression left, Expression right) implements Expression {}

  /** {@code then if condition else otherwise}. */
  record Conditional(Expression condition, Expression then, @Nullable Expression otherwise)
      implements Expression {}

  /** What a call is given. */
  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }
}
