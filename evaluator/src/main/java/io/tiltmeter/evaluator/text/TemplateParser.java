package io.tiltmeter.evaluator.text;

import io.tiltmeter.evaluator.text.Statement.Branch;
import io.tiltmeter.evaluator.text.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parser of template bodies: text, outputs, {@code if}, {@code for}, {@code set}. */
final class TemplateParser {
  private static final int MAX_DEPTH = 30;

  private final TokenReader tokens;
  private final ExpressionParser expressions;
  private int depth;

  private TemplateParser(TokenReader tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException with the line, if it is malformed or uses what is not supported
   */
  static List<Statement> parse(String template) {
    TemplateParser parser = new TemplateParser(new TokenReader(TemplateLexer.tokens(template)));
    List<Statement> body = parser.body(Set.of());
    if (parser.tokens.peek().kind() != Kind.END) {
      throw parser.tokens.unexpected("the end");
    }
    return body;
  }

  /** Statements up to a tag with one of these names, whose start and name are left to be read. */
  private List<Statement> body(Set<String> ends) {
    if (++depth > MAX_DEPTH) {
      throw TemplateException.at(
          tokens.line(), "tags may nest %d deep at most".formatted(MAX_DEPTH));
    }
    List<Statement> body = new ArrayList<>();
    while (tokens.peek().kind() != Kind.END && !isTag(ends)) {
      statement(body);
    }
    depth--;
    return body;
  }

  private boolean isTag(Set<String> names) {
    return tokens.peek().kind() == Kind.BLOCK_START && names.contains(tokens.peekSecond().text());
  }

  private void statement(List<Statement> body) {
    Token token = tokens.take();
    switch (token.kind()) {
      case DATA -> body.add(new Statement.Text(token.text()));
      case OUTPUT_START -> {
        body.add(new Statement.Output(expressions.expression(), token.line()));
        tokens.expect(Kind.OUTPUT_END, "the end of the tag");
      }
      default -> block(body, token.line());
    }
  }

  private void block(List<Statement> body, int line) {
    String name = tokens.expectName();
    switch (name) {
      case "if" -> body.add(conditional(line));
      case "for" -> body.add(loop(line));
      case "set" -> body.add(assignment(line));
      // Marks which text is an answer, for training; the text itself is as usual.
      case "generation" -> {
        endTag();
        body.addAll(body(Set.of("endgeneration")));
        close("endgeneration");
      }
      default ->
          throw TemplateException.at(line, "tag \"%s\" is not supported here".formatted(name));
    }
  }

  private Statement conditional(int line) {
    List<Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    int branchLine = line;
    do {
      Expression condition = expressions.expression();
      endTag();
      branches.add(new Branch(condition, body(Set.of("elif", "else", "endif")), branchLine));
      branchLine = tokens.line();
    } while (takeTag("elif"));
    if (takeTag("else")) {
      endTag();
      otherwise = body(Set.of("endif"));
    }
    close("endif");
    return new Statement.If(branches, otherwise);
  }

  private Statement loop(int line) {
    List<String> names = new ArrayList<>();
    do {
      names.add(tokens.expectName());
    } while (tokens.takeOperator(","));
    tokens.expectName("in");
    Expression items = expressions.or();
    @Nullable Expression condition = tokens.takeName("if") ? expressions.expression() : null;
    endTag();
    List<Statement> body = body(Set.of("else", "endfor"));
    List<Statement> otherwise = List.of();
    if (takeTag("else")) {
      endTag();
      otherwise = body(Set.of("endfor"));
    }
    close("endfor");
    return new Statement.For(names, items, condition, body, otherwise, line);
  }

  private Statement assignment(int line) {
    String name = tokens.expectName();
    @Nullable String attribute = tokens.takeOperator(".") ? tokens.expectName() : null;
    if (attribute == null && tokens.peek().kind() == Kind.BLOCK_END) {
      endTag();
      List<Statement> body = body(Set.of("endset"));
      close("endset");
      return new Statement.SetBlock(name, body);
    }
    tokens.expectOperator("=");
    Expression value = expressions.expression();
    endTag();
    return new Statement.Set(name, attribute, value, line);
  }

  private boolean takeTag(String name) {
    boolean found = isTag(Set.of(name));
    if (found) {
      tokens.take();
      tokens.take();
    }
    return found;
  }

  private void close(String name) {
    if (!takeTag(name)) {
      throw tokens.unexpected("tag \"" + name + "\"");
    }
    endTag();
  }

  private void endTag() {
    tokens.expect(Kind.BLOCK_END, "the end of the tag");
  }
}
