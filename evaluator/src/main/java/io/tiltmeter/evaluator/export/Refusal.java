package io.tiltmeter.evaluator.export;

import io.tiltmeter.evaluator.checkpoint.ModelException;
import java.nio.file.Path;

/** Words for refusing one file. */
record Refusal(Path file) {
  private static final int LONGEST_NAME = 80;

  ModelException of(String what) {
    return new ModelException("%s: refused: %s".formatted(file, what));
  }

  /** What the file must not hold, whoever wrote it. */
  ModelException extra(String what) {
    return of("%s is not part of an exported decoder; export the model again".formatted(what));
  }

  /** A name out of the file: short, printable and on one line. */
  static String name(String text) {
    String shown = text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…";
    return '"' + shown.replaceAll("[^\\x20-\\x7E…]", "?") + '"';
  }
}
