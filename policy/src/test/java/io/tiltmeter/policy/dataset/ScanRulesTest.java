package io.tiltmeter.policy.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.policy.gate.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScanRulesTest {
  private static final ScanRules RULES =
      new ScanRules(
          new Policy.Scan(List.of("explicit-harm"), List.of("identity-shift"), List.of()));

  @Test
  void apply_detectorThatMayBlock_keepsItsSeverity() {
    for (Severity severity : Severity.values()) {
      assertThat(applied("explicit-harm", severity)).isEqualTo(severity);
    }
  }

  @Test
  void apply_detectorThatMayOnlyReview_forcesAtMostReview() {
    assertThat(applied("identity-shift", Severity.BLOCK)).isEqualTo(Severity.REVIEW);
    assertThat(applied("identity-shift", Severity.STEER)).isEqualTo(Severity.STEER);
  }

  @Test
  void apply_detectorThatIsNotListed_forcesAtMostSteer() {
    assertThat(applied("flood", Severity.BLOCK)).isEqualTo(Severity.STEER);
    assertThat(applied("flood", Severity.REVIEW)).isEqualTo(Severity.STEER);
    assertThat(applied("flood", Severity.INFO)).isEqualTo(Severity.INFO);
  }

  @Test
  void apply_detectorInBothLists_mayBlock() {
    ScanRules both = new ScanRules(new Policy.Scan(List.of("flood"), List.of("flood"), List.of()));
    assertThat(both.cap("flood")).isEqualTo(Severity.BLOCK);
  }

  @Test
  void apply_defaultPolicy_letsHarmAndSuppressionBlockAndIdentityReview() {
    ScanRules rules = new ScanRules(Policy.DEFAULT.scan());
    assertThat(rules.cap("explicit-harm")).isEqualTo(Severity.BLOCK);
    assertThat(rules.cap("refusal-suppression")).isEqualTo(Severity.BLOCK);
    assertThat(rules.cap("identity-shift")).isEqualTo(Severity.REVIEW);
  }

  @Test
  void outcome_severalFindings_isTheHighest() {
    assertThat(ScanOutcome.of(List.of())).isEqualTo(ScanOutcome.CLEAR);
    assertThat(ScanOutcome.of(List.of(finding("flood", Severity.INFO))))
        .isEqualTo(ScanOutcome.CLEAR);
    assertThat(
            ScanOutcome.of(
                List.of(
                    finding("a", Severity.STEER),
                    finding("b", Severity.BLOCK),
                    finding("c", Severity.REVIEW))))
        .isEqualTo(ScanOutcome.BLOCK);
  }

  @Test
  void finding_withoutRows_isRefused() {
    assertThatThrownBy(
            () -> new ScanFinding("a", "a-1", Severity.INFO, 0, null, null, List.of(), ""))
        .hasMessage("a finding counts at least 1 row, got 0");
  }

  private static Severity applied(String detector, Severity severity) {
    return RULES.apply(List.of(finding(detector, severity))).getFirst().severity();
  }

  private static ScanFinding finding(String detector, Severity severity) {
    return new ScanFinding(
        detector, detector + "-1", severity, 1, null, null, List.of(7L), "found");
  }
}
