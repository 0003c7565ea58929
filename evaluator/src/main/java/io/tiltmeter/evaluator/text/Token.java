package io.tiltmeter.evaluator.text;

/**
 * A piece of a template's source.
 *
 * @param text the decoded text of a string, the characters of everything else
 * @param line counted from 1
 */
record Token(Kind kind, String text, int line) {

  /** What a token is. */
  enum Kind {
    /** Text outside all tags. */
    DATA,
    BLOCK_START,
    BLOCK_END,
    OUTPUT_START,
    OUTPUT_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind other, String wanted) {
    return kind == other && text.equals(wanted);
  }
}
