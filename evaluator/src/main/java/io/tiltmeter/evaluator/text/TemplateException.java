package io.tiltmeter.evaluator.text;

/** A chat template that cannot be parsed or rendered; the message is one line. */
final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String message) {
    super(message);
  }

  /** For a problem at a place in the template's source, lines counted from 1. */
  static TemplateException at(int line, String problem) {
    return new TemplateException("line %d: %s".formatted(line, problem));
  }
}
