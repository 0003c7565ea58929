package io.tiltmeter.gateway.verdict;

import io.tiltmeter.policy.gate.Trail;
import java.util.List;

/**
 * The wealth of one stratum's e-processes after each behaviour, in the order asked; natural logs to
 * four decimals.
 *
 * @param rule the stratum, as the verdict would name it
 * @param pass against "delta is at least the margin"
 * @param block against "delta is at most the margin"
 * @param passAt wealth that shows a pass by itself; the final look may show it with less
 * @param blockAt the same of a block
 */
public record WealthView(
    String rule, List<Double> pass, List<Double> block, double passAt, double blockAt) {
  private static final double DECIMALS = 1e4;

  static WealthView of(Trail.Wealth wealth) {
    return new WealthView(
        wealth.rule(),
        wealth.pass().stream().map(WealthView::rounded).toList(),
        wealth.block().stream().map(WealthView::rounded).toList(),
        rounded(wealth.passAt()),
        rounded(wealth.blockAt()));
  }

  private static double rounded(double value) {
    return Math.round(value * DECIMALS) / DECIMALS;
  }
}
