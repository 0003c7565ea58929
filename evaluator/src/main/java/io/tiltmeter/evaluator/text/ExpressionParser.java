package io.tiltmeter.evaluator.text;

import io.tiltmeter.evaluator.text.Expression.Arguments;
import io.tiltmeter.evaluator.text.Expression.Attribute;
import io.tiltmeter.evaluator.text.Expression.Binary;
import io.tiltmeter.evaluator.text.Expression.Call;
import io.tiltmeter.evaluator.text.Expression.Conditional;
import io.tiltmeter.evaluator.text.Expression.DictOf;
import io.tiltmeter.evaluator.text.Expression.Filter;
import io.tiltmeter.evaluator.text.Expression.Item;
import io.tiltmeter.evaluator.text.Expression.ListOf;
import io.tiltmeter.evaluator.text.Expression.Literal;
import io.tiltmeter.evaluator.text.Expression.Slice;
import io.tiltmeter.evaluator.text.Expression.Test;
import io.tiltmeter.evaluator.text.Expression.Unary;
import io.tiltmeter.evaluator.text.Expression.Variable;
import io.tiltmeter.evaluator.text.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parser of expressions, with Jinja's precedence: {@code if}, {@code or}, {@code and}, {@code not},
 * comparisons, {@code + -}, {@code ~}, {@code * / // %}, signs, then attributes, calls, filters and
 * tests. Functions, filters and tests that are not on the allow-lists do not parse.
 */
final class ExpressionParser {
  private static final int MAX_DEPTH = 60;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> WORDS =
      Set.of("and", "or", "not", "in", "is", "if", "else", "for", "recursive");

  private final TokenReader tokens;
  private int depth;

  ExpressionParser(TokenReader tokens) {
    this.tokens = tokens;
  }

  /** A whole expression, with an inline {@code if} perhaps. */
  Expression expression() {
    if (++depth > MAX_DEPTH) {
      throw TemplateException.at(
          tokens.line(), "expressions may nest %d deep at most".formatted(MAX_DEPTH));
    }
    Expression value = or();
    while (tokens.takeName("if")) {
      Expression condition = or();
      value = new Conditional(condition, value, tokens.takeName("else") ? expression() : null);
    }
    depth--;
    return value;
  }

  /** An expression without an inline {@code if}, which after a loop's items means another thing. */
  Expression or() {
    Expression left = and();
    while (tokens.takeName("or")) {
      left = new Binary("or", left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.takeName("and")) {
      left = new Binary("and", left, not());
    }
    return left;
  }

  private Expression not() {
    int negations = 0;
    while (tokens.takeName("not")) {
      negations++;
    }
    Expression value = comparison();
    // Pairs of "not" still turn a value into true or false.
    if (negations > 1) {
      value = new Unary("not", new Unary("not", value));
    }
    return negations % 2 == 0 ? value : new Unary("not", value);
  }

  private Expression comparison() {
    Expression left = sum();
    @Nullable String operator = comparisonOperator();
    if (operator == null) {
      return left;
    }
    Expression compared = new Binary(operator, left, sum());
    if (comparisonOperator() != null) {
      throw TemplateException.at(tokens.line(), "chained comparisons are not supported");
    }
    return compared;
  }

  private @Nullable String comparisonOperator() {
    Token token = tokens.peek();
    if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
      return tokens.take().text();
    }
    if (tokens.isName("not") && tokens.peekSecond().is(Kind.NAME, "in")) {
      tokens.take();
      tokens.take();
      return "not in";
    }
    return tokens.takeName("in") ? "in" : null;
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.isOperator("+") || tokens.isOperator("-")) {
      left = new Binary(tokens.take().text(), left, concatenation());
    }
    return left;
  }

  private Expression concatenation() {
    Expression left = product();
    while (tokens.takeOperator("~")) {
      left = new Binary("~", left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = unary();
    while (Set.of("*", "/", "//", "%").contains(tokens.peek().text())
        && tokens.peek().kind() == Kind.OPERATOR) {
      left = new Binary(tokens.take().text(), left, unary());
    }
    return left;
  }

  private Expression unary() {
    if (tokens.isOperator("-") || tokens.isOperator("+")) {
      String sign = tokens.take().text();
      return new Unary(sign, postfix(primary()));
    }
    return filters(postfix(primary()));
  }

  private Expression primary() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case STRING -> new Literal(strings());
      case INTEGER -> new Literal(integer(tokens.take()));
      case FLOAT -> new Literal(Double.valueOf(tokens.take().text()));
      case NAME -> name();
      case OPERATOR -> bracketed();
      default -> throw tokens.unexpected("an expression");
    };
  }

  /** Strings side by side are one, as in Python. */
  private String strings() {
    StringBuilder text = new StringBuilder();
    while (tokens.peek().kind() == Kind.STRING) {
      text.append(tokens.take().text());
    }
    return text.toString();
  }

  private static Long integer(Token token) {
    try {
      return Long.valueOf(token.text());
    } catch (NumberFormatException e) {
      throw TemplateException.at(token.line(), "number is too large");
    }
  }

  private Expression name() {
    if (WORDS.contains(tokens.peek().text())) {
      throw tokens.unexpected("an expression");
    }
    String name = tokens.take().text();
    return switch (name) {
      case "true", "True" -> new Literal(true);
      case "false", "False" -> new Literal(false);
      case "none", "None" -> new Literal(None.NONE);
      default -> new Variable(name);
    };
  }

  private Expression bracketed() {
    if (tokens.takeOperator("[")) {
      return new ListOf(items("]"));
    }
    if (tokens.takeOperator("{")) {
      return dictionary();
    }
    if (!tokens.takeOperator("(")) {
      throw tokens.unexpected("an expression");
    }
    if (tokens.takeOperator(")")) {
      return new ListOf(List.of());
    }
    Expression first = expression();
    if (tokens.takeOperator(",")) {
      List<Expression> items = new ArrayList<>(List.of(first));
      items.addAll(items(")"));
      return new ListOf(items);
    }
    tokens.expectOperator(")");
    return first;
  }

  private List<Expression> items(String end) {
    List<Expression> items = new ArrayList<>();
    while (!tokens.takeOperator(end)) {
      items.add(expression());
      if (!tokens.isOperator(end)) {
        tokens.expectOperator(",");
      }
    }
    return items;
  }

  private Expression dictionary() {
    List<Map.Entry<Expression, Expression>> items = new ArrayList<>();
    while (!tokens.takeOperator("}")) {
      Expression key = expression();
      tokens.expectOperator(":");
      items.add(Map.entry(key, expression()));
      if (!tokens.isOperator("}")) {
        tokens.expectOperator(",");
      }
    }
    return new DictOf(items);
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      if (tokens.takeOperator(".")) {
        String name = tokens.expectName();
        value = tokens.isOperator("(") ? call(value, name) : new Attribute(value, name);
      } else if (tokens.takeOperator("[")) {
        value = subscript(value);
      } else if (tokens.isOperator("(") && value instanceof Variable variable) {
        value = call(null, variable.name());
      } else {
        return value;
      }
    }
  }

  private Expression call(@Nullable Expression target, String name) {
    Set<String> allowed = target == null ? TemplateFunctions.NAMES : TemplateMethods.NAMES;
    if (!allowed.contains(name)) {
      throw TemplateException.at(tokens.line(), "\"%s\" may not be called".formatted(name));
    }
    return new Call(target, name, arguments());
  }

  private Arguments arguments() {
    tokens.expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!tokens.takeOperator(")")) {
      if (tokens.peek().kind() == Kind.NAME && tokens.peekSecond().is(Kind.OPERATOR, "=")) {
        String name = tokens.take().text();
        tokens.take();
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      if (!tokens.isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new Arguments(positional, named);
  }

  private Expression subscript(Expression target) {
    @Nullable Expression from = tokens.isOperator(":") ? null : expression();
    if (from != null && tokens.takeOperator("]")) {
      return new Item(target, from);
    }
    tokens.expectOperator(":");
    @Nullable Expression to = sliceEnd();
    @Nullable Expression step = tokens.takeOperator(":") ? sliceEnd() : null;
    tokens.expectOperator("]");
    return new Slice(target, from, to, step);
  }

  private @Nullable Expression sliceEnd() {
    return tokens.isOperator(":") || tokens.isOperator("]") ? null : expression();
  }

  private Expression filters(Expression start) {
    Expression value = start;
    while (true) {
      if (tokens.takeOperator("|")) {
        String name = allowed(TemplateFilters.NAMES, "filter");
        value = new Filter(value, name, tokens.isOperator("(") ? arguments() : Arguments.NONE);
      } else if (tokens.takeName("is")) {
        boolean negated = tokens.takeName("not");
        value = new Test(value, allowed(TemplateTests.NAMES, "test"), negated);
      } else {
        return value;
      }
    }
  }

  private String allowed(Set<String> names, String kind) {
    int line = tokens.line();
    String name = tokens.expectName();
    if (!names.contains(name)) {
      throw TemplateException.at(line, "%s \"%s\" is not supported".formatted(kind, name));
    }
    return name;
  }
}
