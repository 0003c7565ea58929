package io.tiltmeter.evaluator.text;

/** The values of a template that stand for no value. */
enum None {
  /** Python's {@code None}. */
  NONE,
  /** A variable, attribute or item that is not there. */
  UNDEFINED
}
