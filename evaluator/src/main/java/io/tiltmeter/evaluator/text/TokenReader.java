package io.tiltmeter.evaluator.text;

import io.tiltmeter.evaluator.text.Token.Kind;
import java.util.List;

/** The tokens of a template, taken one after another. */
final class TokenReader {
  private final List<Token> tokens;
  private int next;

  TokenReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(next);
  }

  /** The token after {@link #peek}. */
  Token peekSecond() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = peek();
    next += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  boolean isOperator(String text) {
    return peek().is(Kind.OPERATOR, text);
  }

  boolean isName(String text) {
    return peek().is(Kind.NAME, text);
  }

  boolean takeOperator(String text) {
    boolean found = isOperator(text);
    next += found ? 1 : 0;
    return found;
  }

  boolean takeName(String text) {
    boolean found = isName(text);
    next += found ? 1 : 0;
    return found;
  }

  void expectOperator(String text) {
    if (!takeOperator(text)) {
      throw unexpected("\"" + text + "\"");
    }
  }

  void expectName(String text) {
    if (!takeName(text)) {
      throw unexpected("\"" + text + "\"");
    }
  }

  String expectName() {
    return expect(Kind.NAME, "a name").text();
  }

  Token expect(Kind kind, String wanted) {
    if (peek().kind() != kind) {
      throw unexpected(wanted);
    }
    return take();
  }

  int line() {
    return peek().line();
  }

  TemplateException unexpected(String wanted) {
    Token token = peek();
    String found =
        switch (token.kind()) {
          case NAME, OPERATOR, INTEGER, FLOAT -> "\"" + token.text() + "\"";
          case STRING -> "a string";
          case DATA -> "text";
          case BLOCK_START, OUTPUT_START -> "a tag";
          case BLOCK_END, OUTPUT_END -> "the end of the tag";
          case END -> "the end";
        };
    return TemplateException.at(token.line(), "expected %s, found %s".formatted(wanted, found));
  }
}
