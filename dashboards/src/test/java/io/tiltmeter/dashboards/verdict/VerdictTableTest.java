package io.tiltmeter.dashboards.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import org.junit.jupiter.api.Test;

class VerdictTableTest {
  @Test
  void lines_openForWantOfEvidence_sayWhatWouldDecide() {
    assertThat(VerdictTable.lines(SampleVerdicts.open("gate")))
        .contains(
            "verdict: INCONCLUSIVE, decided by gate",
            "About 52 more behaviours like those asked would probably decide, and give a pass.",
            "smallest delta that this run had 90 % power to block: +31.2 points, or +9.3 if wordings"
                + " of a behaviour are lost one by one");
  }

  @Test
  void lines_openForAnotherReason_promiseNothing() {
    assertThat(VerdictTable.lines(SampleVerdicts.open("undecided")))
        .noneMatch(line -> line.contains("more behaviours"));
  }

  @Test
  void lines_decided_promiseNothing() {
    assertThat(VerdictTable.lines(new Verdict(Decision.PASS, "gate", SampleVerdicts.kept())))
        .noneMatch(line -> line.contains("more behaviours"));
  }
}
