package io.tiltmeter.evaluator.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template's body. */
sealed interface Statement {

  /** Text as it is. */
  record Text(String text) implements Statement {}

  /** The value of an expression. */
  record Output(Expression value, int line) implements Statement {}

  /** The first branch whose condition holds. */
  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

  /** A condition and what it guards. */
  record Branch(Expression condition, List<Statement> body, int line) {}

  /** A body per item; {@code condition} leaves items out, {@code otherwise} is for no item. */
  record For(
      List<String> names,
      Expression items,
      @Nullable Expression condition,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  /** A variable, or an attribute of a namespace where {@code attribute} is given. */
  record Set(String name, @Nullable String attribute, Expression value, int line)
      implements Statement {}

  /** A variable that takes the text of a body. */
  record SetBlock(String name, List<Statement> body) implements Statement {}
}
