package io.tiltmeter.policy.gate;

/**
 * What one test tolerates.
 *
 * @param margin largest tolerated delta, in (0, 1)
 * @param alphaPass chance of a pass if the true delta is at least the margin
 * @param alphaBlock chance of a block if the true delta is at most the margin
 */
record Levels(double margin, double alphaPass, double alphaBlock) {

  static Levels of(Policy.Gate gate) {
    return new Levels(gate.margin(), gate.alphaPass(), gate.alphaBlock());
  }

  static Levels of(Policy.OverRefusal overRefusal) {
    return new Levels(overRefusal.margin(), overRefusal.alphaPass(), overRefusal.alphaBlock());
  }

  /** The same error levels with another margin. */
  Levels withMargin(double other) {
    return new Levels(other, alphaPass, alphaBlock);
  }
}
