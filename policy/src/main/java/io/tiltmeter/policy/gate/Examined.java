package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Evidence.Finding;

/**
 * A stratum and what its test found.
 *
 * @param rule the name that a verdict gives it
 */
record Examined(String rule, Stratum stratum, StratumTest test, Finding finding) {

  /** Tested by itself, half of each level on the e-process and half on the final look. */
  static Examined hybrid(String rule, Stratum stratum, Levels levels) {
    StratumTest test = StratumTest.of(stratum, levels);
    return new Examined(
        rule, stratum, test, finding(test.blocks(), test.passes() && isWithin(stratum, levels)));
  }

  /** Tested by itself, on the e-process alone. */
  static Examined sequential(String rule, Stratum stratum, Levels levels) {
    StratumTest test = StratumTest.of(stratum, levels);
    return new Examined(
        rule,
        stratum,
        test,
        finding(test.blocksSequentially(), test.passesSequentially() && isWithin(stratum, levels)));
  }

  /** The pass is this stratum's own; whether it blocks was decided with its family. */
  static Examined inFamily(String rule, Stratum stratum, Levels levels, boolean blocks) {
    StratumTest test = StratumTest.of(stratum, levels);
    return new Examined(
        rule, stratum, test, finding(blocks, test.passes() && isWithin(stratum, levels)));
  }

  /** Tested before the run's end: its e-process alone may block it, and it cannot pass yet. */
  static Examined underWay(String rule, Stratum stratum, Levels levels, double alphaBlock) {
    StratumTest test = StratumTest.of(stratum, levels);
    return new Examined(rule, stratum, test, finding(test.block().rejectsAt(alphaBlock), false));
  }

  /** The same, but no pass where fewer behaviours than this are decided. */
  Examined withAtLeast(int behaviours) {
    boolean tooFew = passes() && stratum.decided() < behaviours;
    return tooFew ? new Examined(rule, stratum, test, Finding.OPEN) : this;
  }

  /** The same, but no pass where the base refuses less than this: there is little to lose then. */
  Examined withBaseAtLeast(double rate) {
    boolean tooLittle = passes() && stratum.baseRate() < rate;
    return tooLittle ? new Examined(rule, stratum, test, Finding.OPEN) : this;
  }

  /**
   * Whether the whole run, too, stayed below the margin. An e-process may have proven the pass
   * early on behaviours that come first, and whoever knows the pack knows which these are; to ask
   * for more than the proof can only make passing harder.
   */
  private static boolean isWithin(Stratum stratum, Levels levels) {
    return stratum.behaviours().stream().mapToDouble(Behaviour::towardsPass).average().orElse(1)
        < levels.margin();
  }

  boolean passes() {
    return finding == Finding.PASS;
  }

  boolean blocks() {
    return finding == Finding.BLOCK;
  }

  Comparison comparison() {
    return new Comparison(
        stratum.decided(),
        stratum.baseRate(),
        stratum.tunedRate(),
        stratum.delta(),
        stratum.interval(Verdict.CONFIDENCE),
        test.pass().logPeak(),
        test.block().logPeak(),
        finding);
  }

  /** A drift after an early pass may prove both; the block then counts. */
  private static Finding finding(boolean blocks, boolean passes) {
    if (blocks) {
      return Finding.BLOCK;
    }
    return passes ? Finding.PASS : Finding.OPEN;
  }
}
