package io.tiltmeter.policy.gate;

import static io.tiltmeter.policy.stats.EProcess.Hypothesis.AT_MOST_MARGIN;

import io.tiltmeter.policy.stats.ClosedTesting;
import io.tiltmeter.policy.stats.EProcess;
import io.tiltmeter.policy.stats.FinalLook;
import io.tiltmeter.policy.stats.Holm;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Strata of which each can block by itself, so that the chance of any wrong block is controlled for
 * all of them together.
 *
 * <p>Half of the level goes to closed testing of the e-processes, half to Holm's adjustment of the
 * final looks; both hold under any dependence, which matters because a replayed system prompt puts
 * the pack's own behaviours again. For the same reason each e-value is its process stopped by a
 * rule of its own stream: at its end, or earlier once it alone reaches (size of the family) /
 * (alpha / 2). From there on it is flagged whatever the others say, so that a block found early is
 * kept.
 *
 * @param alpha chance of any wrong block in the family
 */
record BlockFamily(List<NamedStratum> members, double alpha) {

  BlockFamily {
    members = List.copyOf(members);
  }

  /** For each member, in order, whether it is shown to have lost more than its margin. */
  List<Boolean> flagged() {
    List<Double> eValues = ClosedTesting.adjusted(members.stream().map(this::eValue).toList());
    List<Double> pValues = Holm.adjusted(members.stream().map(BlockFamily::pValue).toList());
    return IntStream.range(0, members.size())
        .mapToObj(i -> eValues.get(i) >= 2 / alpha || pValues.get(i) <= alpha / 2)
        .toList();
  }

  private double eValue(NamedStratum member) {
    double logStop = StrictMath.log(members.size() * 2 / alpha);
    return StrictMath.exp(
        EProcess.against(AT_MOST_MARGIN, member.levels().margin())
            .afterAllUntil(member.stratum().towardsBlock(), logStop)
            .logWealth());
  }

  private static double pValue(NamedStratum member) {
    Stratum stratum = member.stratum();
    return new FinalLook(stratum.towardsBlock(), stratum.onePrompt())
        .pAtMost(member.levels().margin());
  }
}
