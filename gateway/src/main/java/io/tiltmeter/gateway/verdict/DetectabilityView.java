package io.tiltmeter.gateway.verdict;

import io.tiltmeter.policy.gate.Detectability;
import io.tiltmeter.policy.stats.BlockPower;
import java.util.List;

/**
 * The smallest true deltas that the run had this power to block; deltas of 1 stand for none.
 *
 * @param power as a fraction
 * @param byCorrelation by the correlation of losses between the wordings of one behaviour, from
 *     lost together to lost one by one; the first only where each behaviour has one wording
 */
public record DetectabilityView(double power, List<AtCorrelation> byCorrelation) {

  /** One of them; both are fractions. */
  public record AtCorrelation(double correlation, double delta) {}

  static DetectabilityView of(Detectability detectability) {
    return new DetectabilityView(
        BlockPower.WANTED,
        detectability.smallest().stream()
            .map(one -> new AtCorrelation(one.correlation(), one.delta()))
            .toList());
  }
}
