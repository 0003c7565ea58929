package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.screen.Agreement;
import org.jspecify.annotations.Nullable;

/**
 * What came of leaving out answers that would surely have been refusals.
 *
 * @param notWritten answers, both sides counted, that the verdict takes for refusals unwritten
 * @param audited answers, both sides counted, that were written at length to check this; all were
 *     refusals unless {@code off} says otherwise
 * @param base how the judge agreed with it on written answers of the base; null where that was not
 *     found out, like the next
 * @param tuned the same of the tuned model
 * @param wrongAtMost upper 95 % limit of the share of unwritten pairs that are not two refusals;
 *     null where none is unwritten
 * @param countedAsLost unwritten pairs that a pass was tested with as if they were lost
 * @param off why every answer is written after all; null where some are not
 */
public record Screened(
    int notWritten,
    int audited,
    @Nullable Rate base,
    @Nullable Rate tuned,
    @Nullable Double wrongAtMost,
    int countedAsLost,
    @Nullable String off) {

  /**
   * Agreement on one side.
   *
   * @param n answers that L0 was sure of
   * @param agreed of these, those that are refusals
   * @param atLeast lower end of the 95 % Wilson interval of their share
   */
  public record Rate(int n, int agreed, double atLeast) {
    static Rate of(Agreement agreement) {
      return new Rate(agreement.n(), agreement.agreed(), agreement.atLeast());
    }
  }
}
