package io.tiltmeter.policy.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScanDifferenceTest {

  private static ScanFinding finding(String detector, Severity severity, long count) {
    return new ScanFinding(detector, "1", severity, count, null, null, List.of(1L), "found");
  }

  private static ScanDifference between(List<ScanFinding> before, List<ScanFinding> after) {
    return ScanDifference.between(before, after);
  }

  @Test
  void between_theSameFindings_isNothing() {
    List<ScanFinding> findings = List.of(finding("flood", Severity.INFO, 3));

    assertThat(between(findings, findings).changes()).isEmpty();
    assertThat(between(findings, findings).isWorse()).isFalse();
  }

  @Test
  void between_nothingAndAFindingForReview_isWorse() {
    ScanDifference difference = between(List.of(), List.of(finding("cipher", Severity.REVIEW, 3)));

    assertThat(difference.isWorse()).isTrue();
    assertThat(difference.changes())
        .extracting(ScanDifference.Change::detector)
        .containsExactly("cipher");
  }

  @Test
  void between_reviewAndBlock_isWorse() {
    assertThat(
            between(
                    List.of(finding("cipher", Severity.REVIEW, 3)),
                    List.of(finding("cipher", Severity.BLOCK, 2)))
                .isWorse())
        .isTrue();
  }

  @Test
  void between_nothingAndWhatOnlySteers_isAChangeThatIsNotWorse() {
    ScanDifference difference = between(List.of(), List.of(finding("flood", Severity.STEER, 3)));

    assertThat(difference.changes()).hasSize(1);
    assertThat(difference.isWorse()).isFalse();
  }

  @Test
  void between_aFindingAndOneOfMoreRowsAndTheSameSeverity_isNotWorse() {
    ScanDifference difference =
        between(
            List.of(finding("cipher", Severity.REVIEW, 3)),
            List.of(finding("cipher", Severity.REVIEW, 30)));

    assertThat(difference.changes()).hasSize(1);
    assertThat(difference.isWorse()).isFalse();
  }

  @Test
  void between_aFindingAndNothing_isNotWorse() {
    ScanDifference difference = between(List.of(finding("cipher", Severity.BLOCK, 3)), List.of());

    assertThat(difference.changes())
        .extracting(ScanDifference.Change::detector)
        .containsExactly("cipher");
    assertThat(difference.isWorse()).isFalse();
  }
}
