package io.tiltmeter.evaluator.text;

/** What one rendering may still cost; a template comes from outside and must end. */
final class Budget {
  private static final int STEPS = 1_000_000;
  private static final int CHARACTERS = 16 << 20;

  private int steps = STEPS;
  private int characters = CHARACTERS;

  /** Pays for evaluating one node. */
  void step() {
    if (--steps < 0) {
      throw new TemplateException("rendering takes more than %d steps".formatted(STEPS));
    }
  }

  /** Pays for text or items that are made, before they are made. */
  void make(long size) {
    if (size > characters) {
      throw new TemplateException("rendering makes more than %d characters".formatted(CHARACTERS));
    }
    characters -= (int) size;
  }
}
