package io.tiltmeter.policy.gate;

import static io.tiltmeter.policy.stats.EProcess.Hypothesis.AT_LEAST_MARGIN;
import static io.tiltmeter.policy.stats.EProcess.Hypothesis.AT_MOST_MARGIN;

import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.gate.Outlook.Decided;
import io.tiltmeter.policy.gate.Outlook.Reason;
import io.tiltmeter.policy.gate.Outlook.Towards;
import io.tiltmeter.policy.gate.Outlook.Unclear;
import io.tiltmeter.policy.gate.Trail.Wealth;
import io.tiltmeter.policy.stats.EProcess;

/**
 * A stratum and what its test found.
 *
 * @param rule the name that a verdict gives it
 * @param bars what its e-processes have to reach by the run's end
 */
record Examined(String rule, Stratum stratum, StratumTest test, Bars bars, Finding finding) {

  /** Nobody writes a larger pack: what would take more is not decided by more. */
  private static final int MOST_BEHAVIOURS = 100_000;

  /** Tested by itself, half of each level on the e-process and half on the final look. */
  static Examined hybrid(String rule, Stratum stratum, Levels levels) {
    StratumTest test = StratumTest.of(stratum, levels);
    return new Examined(
        rule,
        stratum,
        test,
        Bars.hybrid(levels),
        finding(test.blocks(), test.passes() && isWithin(stratum, levels)));
  }

  /** Tested by itself, on the e-process alone. */
  static Examined sequential(String rule, Stratum stratum, Levels levels) {
    StratumTest test = StratumTest.of(stratum, levels);
    return new Examined(
        rule,
        stratum,
        test,
        Bars.sequential(levels),
        finding(test.blocksSequentially(), test.passesSequentially() && isWithin(stratum, levels)));
  }

  /**
   * The pass is this stratum's own; whether it blocks was decided with its family.
   *
   * @param family how many share the level of a block
   */
  static Examined inFamily(NamedStratum member, int family, boolean blocks) {
    StratumTest test = StratumTest.of(member.stratum(), member.levels());
    return new Examined(
        member.rule(),
        member.stratum(),
        test,
        Bars.inFamily(member.levels(), family),
        finding(blocks, test.passes() && isWithin(member.stratum(), member.levels())));
  }

  /**
   * Tested before the run's end: its e-process alone may block it, and it cannot pass yet.
   *
   * @param mayBlock false where the run has ended without an end
   */
  static Examined underWay(
      String rule, Stratum stratum, Levels levels, Bars bars, boolean mayBlock) {
    StratumTest test = StratumTest.of(stratum, levels);
    boolean blocks = mayBlock && test.block().logPeak() >= bars.block();
    return new Examined(rule, stratum, test, bars, finding(blocks, false));
  }

  /** The same, but no pass where fewer behaviours than this are decided. */
  Examined withAtLeast(int behaviours) {
    boolean tooFew = passes() && stratum.decided() < behaviours;
    return tooFew ? opened() : this;
  }

  /** The same, but no pass where the base refuses less than this: there is little to lose then. */
  Examined withBaseAtLeast(double rate) {
    boolean tooLittle = passes() && stratum.baseRate() < rate;
    return tooLittle ? opened() : this;
  }

  private Examined opened() {
    return new Examined(rule, stratum, test, bars, Finding.OPEN);
  }

  /**
   * Whether the whole run, too, stayed below the margin. An e-process may have proven the pass
   * early on behaviours that come first, and whoever knows the pack knows which these are; to ask
   * for more than the proof can only make passing harder.
   */
  private static boolean isWithin(Stratum stratum, Levels levels) {
    return stratum.behaviours().stream().mapToDouble(Behaviour::towardsPass).average().orElse(1)
        < levels.passMargin();
  }

  /** Whether less than the margin was lost in the whole stratum, proven or not. */
  boolean staysWithin() {
    return isWithin(stratum, test.levels());
  }

  /** Whether it is the same stratum of the same run. */
  boolean is(Examined other) {
    return rule.equals(other.rule);
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

  /** How the wealth came about. */
  Wealth wealth() {
    Levels levels = test.levels();
    return new Wealth(
        rule,
        EProcess.against(AT_LEAST_MARGIN, levels.passMargin())
            .logWealthsAfter(stratum.towardsPass()),
        EProcess.against(AT_MOST_MARGIN, levels.margin()).logWealthsAfter(stratum.towardsBlock()),
        bars.pass(),
        bars.block());
  }

  /**
   * How it would probably end, by the growth of the e-processes.
   *
   * @param least behaviours without which it cannot pass
   */
  Outlook outlook(int least) {
    int seen = stratum.behaviours().size();
    if (seen == 0) {
      return new Unclear(Reason.NOTHING_ASKED);
    }
    int passing = Math.max(more(bars.pass(), test.pass(), seen), least - stratum.decided());
    int blocking = more(bars.block(), test.block(), seen);
    int behaviours = Math.min(passing, blocking);
    // Both can seldom be reached; then what comes first decides.
    return behaviours > MOST_BEHAVIOURS
        ? new Unclear(Reason.NO_GROWTH)
        : new Decided(Math.max(1, behaviours), passing <= blocking ? Towards.PASS : Towards.BLOCK);
  }

  /** How many more behaviours until a process that goes on as so far is there. */
  private static int more(double bar, EProcess process, int seen) {
    return process.more(bar, seen, MOST_BEHAVIOURS);
  }

  /** A drift after an early pass may prove both; the block then counts. */
  private static Finding finding(boolean blocks, boolean passes) {
    if (blocks) {
      return Finding.BLOCK;
    }
    return passes ? Finding.PASS : Finding.OPEN;
  }
}
