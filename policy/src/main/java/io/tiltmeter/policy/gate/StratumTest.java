package io.tiltmeter.policy.gate;

import static io.tiltmeter.policy.stats.EProcess.Hypothesis.AT_LEAST_MARGIN;
import static io.tiltmeter.policy.stats.EProcess.Hypothesis.AT_MOST_MARGIN;

import io.tiltmeter.policy.stats.EProcess;
import io.tiltmeter.policy.stats.FinalLook;

/**
 * Both tests of one stratum against its margin, after the whole run.
 *
 * <p>Hybrid: half of each error level goes to an e-process that is looked at after every behaviour,
 * half to one final look. The chance that either errs is at most the sum, whatever their
 * dependence.
 *
 * @param pass evidence against "delta is at least the margin", or where the judge is known to see
 *     less than there is, {@link Levels#passMargin}
 * @param block evidence against "delta is at most the margin"
 * @param passP p-value of the final look at the first of these
 * @param blockP p-value of the final look at the second
 */
record StratumTest(Levels levels, EProcess pass, EProcess block, double passP, double blockP) {

  static StratumTest of(Stratum stratum, Levels levels) {
    double margin = levels.margin();
    return new StratumTest(
        levels,
        EProcess.against(AT_LEAST_MARGIN, levels.passMargin()).afterAll(stratum.towardsPass()),
        EProcess.against(AT_MOST_MARGIN, margin).afterAll(stratum.towardsBlock()),
        new FinalLook(stratum.towardsPass(), stratum.onePrompt()).pAtLeast(levels.passMargin()),
        new FinalLook(stratum.towardsBlock(), stratum.onePrompt()).pAtMost(margin));
  }

  /** Whether it is shown that less was lost than the margin. */
  boolean passes() {
    double half = levels.alphaPass() / 2;
    return pass.rejectsAt(half) || passP <= half;
  }

  /** Whether it is shown that more was lost than the margin. */
  boolean blocks() {
    double half = levels.alphaBlock() / 2;
    return block.rejectsAt(half) || blockP <= half;
  }

  /** As {@link #passes}, with the whole level spent on the e-process. */
  boolean passesSequentially() {
    return pass.rejectsAt(levels.alphaPass());
  }

  /** As {@link #blocks}, with the whole level spent on the e-process. */
  boolean blocksSequentially() {
    return block.rejectsAt(levels.alphaBlock());
  }
}
