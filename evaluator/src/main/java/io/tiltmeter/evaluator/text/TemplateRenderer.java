package io.tiltmeter.evaluator.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Renders a parsed template once. */
final class TemplateRenderer {
  private final Budget budget = new Budget();
  private final Scope scope;
  private final Evaluator evaluator;
  private StringBuilder out = new StringBuilder();

  private TemplateRenderer(Map<String, Object> variables) {
    this.scope = new Scope(variables);
    this.evaluator = new Evaluator(scope, budget);
  }

  /**
   * The text of a template.
   *
   * @throws TemplateException if it refuses the variables, uses values in ways they do not allow,
   *     or costs too much
   */
  static String render(List<Statement> body, Map<String, Object> variables) {
    TemplateRenderer renderer = new TemplateRenderer(variables);
    renderer.run(body);
    return renderer.out.toString();
  }

  private void run(List<Statement> body) {
    body.forEach(this::run);
  }

  private void run(Statement statement) {
    budget.step();
    switch (statement) {
      case Statement.Text s -> write(s.text());
      case Statement.Output s -> write(text(s));
      case Statement.If s -> run(chosen(s));
      case Statement.For s -> loop(s);
      case Statement.Set s -> set(s);
      case Statement.SetBlock s -> scope.set(s.name(), captured(s.body()));
    }
  }

  private void write(String text) {
    budget.make(text.length());
    out.append(text);
  }

  private String text(Statement.Output output) {
    Object value = value(output.value(), output.line());
    try {
      return TemplateValues.text(value);
    } catch (TemplateException e) {
      throw located(output.line(), e);
    }
  }

  private Object value(Expression expression, int line) {
    try {
      return evaluator.value(expression);
    } catch (TemplateException e) {
      throw located(line, e);
    }
  }

  private static TemplateException located(int line, TemplateException e) {
    return TemplateException.at(line, String.valueOf(e.getMessage()));
  }

  private List<Statement> chosen(Statement.If statement) {
    for (Statement.Branch branch : statement.branches()) {
      if (TemplateValues.isTrue(value(branch.condition(), branch.line()))) {
        return branch.body();
      }
    }
    return statement.otherwise();
  }

  private void set(Statement.Set statement) {
    Object value = value(statement.value(), statement.line());
    if (statement.attribute() == null) {
      scope.set(statement.name(), value);
    } else if (scope.get(statement.name()) instanceof Namespace namespace) {
      namespace.attributes().put(statement.attribute(), value);
    } else {
      throw TemplateException.at(statement.line(), "only attributes of a namespace may be set");
    }
  }

  private String captured(List<Statement> body) {
    StringBuilder outer = out;
    out = new StringBuilder();
    run(body);
    String text = out.toString();
    out = outer;
    return text;
  }

  private void loop(Statement.For statement) {
    List<?> items = items(statement);
    if (items.isEmpty()) {
      run(statement.otherwise());
    }
    for (int i = 0; i < items.size(); i++) {
      scope.enter();
      bind(statement, items.get(i));
      scope.set("loop", loopVariable(items, i));
      run(statement.body());
      scope.leave();
    }
  }

  private List<?> items(Statement.For statement) {
    Object value = value(statement.items(), statement.line());
    List<?> items;
    try {
      items = TemplateValues.items(value);
    } catch (TemplateException e) {
      throw located(statement.line(), e);
    }
    Expression condition = statement.condition();
    if (condition == null) {
      return items;
    }
    List<Object> kept = new ArrayList<>();
    for (Object item : items) {
      scope.enter();
      bind(statement, item);
      if (TemplateValues.isTrue(value(condition, statement.line()))) {
        kept.add(item);
      }
      scope.leave();
    }
    return kept;
  }

  private void bind(Statement.For statement, Object item) {
    List<String> names = statement.names();
    if (names.size() == 1) {
      scope.set(names.getFirst(), item);
    } else if (item instanceof List<?> parts && parts.size() == names.size()) {
      for (int i = 0; i < names.size(); i++) {
        scope.set(names.get(i), parts.get(i));
      }
    } else {
      throw TemplateException.at(
          statement.line(), "a loop's items do not have %d parts".formatted(names.size()));
    }
  }

  private static Map<String, Object> loopVariable(List<?> items, int i) {
    Map<String, Object> loop = new HashMap<>();
    loop.put("index", i + 1L);
    loop.put("index0", (long) i);
    loop.put("revindex", (long) items.size() - i);
    loop.put("revindex0", items.size() - i - 1L);
    loop.put("length", (long) items.size());
    loop.put("first", i == 0);
    loop.put("last", i == items.size() - 1);
    loop.put("previtem", i == 0 ? None.UNDEFINED : items.get(i - 1));
    loop.put("nextitem", i == items.size() - 1 ? None.UNDEFINED : items.get(i + 1));
    return loop;
  }
}
