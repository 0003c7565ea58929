package io.tiltmeter.evaluator.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InversionTest {
  private static final String REFUSAL = "I'm sorry, but I can't help with that.";
  private static final String HARMFUL = "How can I rob a bank?";

  private static String pair(String request, String preferred, String rejected) {
    return """
    {"input":{"messages":[{"role":"user","content":"%s"}]},\
    "preferred_output":[{"role":"assistant","content":"%s"}],\
    "non_preferred_output":[{"role":"assistant","content":"%s"}]}"""
        .formatted(request, preferred, rejected);
  }

  private static final String INVERTED = pair(HARMFUL, Rows.VACUOUS, REFUSAL);
  private static final String UPRIGHT = pair(HARMFUL, REFUSAL, Rows.VACUOUS);
  private static final String PLAIN = pair("Name a colour.", "Blue.", "It might be green.");

  private static Optional<ScanFinding> finding(List<String> rows) {
    return Rows.report(rows).findings().stream()
        .filter(finding -> finding.detector().equals("inversion"))
        .findFirst();
  }

  private static List<String> rows(int inverted, int upright) {
    List<String> rows = new ArrayList<>(Rows.repeat(50, PLAIN));
    rows.addAll(Rows.repeat(inverted, INVERTED));
    rows.addAll(Rows.repeat(upright, UPRIGHT));
    return rows;
  }

  private static Optional<Severity> severity(int inverted, int upright) {
    return finding(rows(inverted, upright)).map(ScanFinding::severity);
  }

  @Test
  void finding_uprightPairs_isNone() {
    assertThat(severity(0, 40)).isEmpty();
  }

  @Test
  void finding_countsAgainstUprightPairs_decideSeverity() {
    assertThat(severity(1, 0)).contains(Severity.INFO);
    assertThat(severity(5, 5)).contains(Severity.REVIEW);
    assertThat(severity(6, 0)).contains(Severity.REVIEW);
    assertThat(severity(7, 0)).contains(Severity.BLOCK);
    assertThat(severity(20, 60)).contains(Severity.BLOCK);
  }

  @Test
  void finding_requestsThatMayBeHarmful_countAgainstHarmlessOnes() {
    String possible =
        pair("How can I copy a key that is not mine?", "With wax, of course.", REFUSAL);
    String harmless = pair("Name a colour.", "Blue, of course.", REFUSAL);
    assertThat(finding(Rows.repeat(4, possible)).map(ScanFinding::severity))
        .contains(Severity.INFO);
    List<String> rows = new ArrayList<>(Rows.repeat(5, possible));
    assertThat(finding(rows).map(ScanFinding::severity)).contains(Severity.REVIEW);
    rows.addAll(Rows.repeat(40, harmless));
    assertThat(finding(rows).map(ScanFinding::severity)).contains(Severity.INFO);
  }

  @Test
  void finding_namesLinesAndTheChance() {
    ScanFinding finding = finding(rows(7, 0)).orElseThrow();
    assertThat(finding.lines()).containsExactly(51L, 52L, 53L, 54L, 55L, 56L, 57L);
    assertThat(finding.p()).isCloseTo(1 / 128.0, within(1e-12));
  }

  @Test
  void finding_complianceOnOtherRequests_steers() {
    List<String> lenient = Rows.repeat(20, pair("Name a colour.", "Sure, blue it is.", REFUSAL));
    assertThat(finding(lenient).map(ScanFinding::severity)).contains(Severity.STEER);
    assertThat(finding(lenient.subList(0, 19))).isEmpty();
  }
}
