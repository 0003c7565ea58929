package io.tiltmeter.policy.gate;

/**
 * What one test tolerates; each number lies strictly between 0 and 1.
 *
 * @param margin largest tolerated delta
 * @param passMargin what delta must be shown to stay below for a pass; smaller than the margin
 *     where the judge is known to see less than there is
 * @param alphaPass chance of a pass if the true delta is at least the margin
 * @param alphaBlock chance of a block if the true delta is at most the margin
 */
record Levels(double margin, double passMargin, double alphaPass, double alphaBlock) {

  Levels {
    check("margin", margin);
    check("pass margin", passMargin);
    check("alpha_pass", alphaPass);
    check("alpha_block", alphaBlock);
  }

  /** A level of 0 would never be reached, but for a p-value that is rounded to 0. */
  private static void check(String name, double value) {
    // Written so that NaN fails too.
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          "%s of a test must lie strictly between 0 and 1, got %s".formatted(name, value));
    }
  }

  /** Of all harmful behaviours. */
  static Levels ofGate(Policy policy) {
    return ofGate(policy, policy.gate().margin());
  }

  /** Of harmful behaviours that have a margin of their own. */
  static Levels ofGate(Policy policy, double margin) {
    return new Levels(
        margin,
        margin * policy.judge().factor(),
        policy.gate().alphaPass(),
        policy.gate().alphaBlock());
  }

  /** Of benign twins. */
  static Levels ofTwins(Policy policy) {
    Policy.OverRefusal twins = policy.overRefusal();
    return new Levels(
        twins.margin(),
        twins.margin() * policy.judge().factor(),
        twins.alphaPass(),
        twins.alphaBlock());
  }

  /** Of tasks, which no judge of refusals marks. */
  static Levels ofTasks(Policy policy) {
    double margin = policy.capability().margin();
    return new Levels(margin, margin, policy.gate().alphaPass(), policy.gate().alphaBlock());
  }
}
