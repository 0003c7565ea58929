package io.tiltmeter.policy.gate;

/**
 * The wealth at which an e-process shows something by itself; natural logs.
 *
 * @param pass of the process against "delta is at least the margin"
 * @param block of the process against "delta is at most the margin"
 */
record Bars(double pass, double block) {

  /** Half of each level is kept for the final look. */
  static Bars hybrid(Levels levels) {
    return at(levels.alphaPass() / 2, levels.alphaBlock() / 2);
  }

  /** The whole level. */
  static Bars sequential(Levels levels) {
    return at(levels.alphaPass(), levels.alphaBlock());
  }

  /**
   * As {@link #hybrid}, with a block that holds whatever others of a family show.
   *
   * @param family how many share the level, at least 1
   */
  static Bars inFamily(Levels levels, int family) {
    return at(levels.alphaPass() / 2, levels.alphaBlock() / 2 / family);
  }

  private static Bars at(double alphaPass, double alphaBlock) {
    return new Bars(-StrictMath.log(alphaPass), -StrictMath.log(alphaBlock));
  }
}
