package io.tiltmeter.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PairedRatesTest {
  private static final Offset<Double> PRINTED = within(5.1e-6);
  private static final PairedCounts AIRWAYS = new PairedCounts(1, 1, 7, 12);

  @Test
  void tango_airwaysExample_isPublishedInterval() {
    Interval interval = Tango.interval(1, 7, 21, 0.95);
    assertThat(interval.low()).isCloseTo(-0.51723, PRINTED);
    assertThat(interval.high()).isCloseTo(-0.02600, PRINTED);
  }

  @Test
  void tango_noLoss_upperLimitIsTheClosedForm() {
    // Without flips z(delta) = -sqrt(n delta / (1 - delta)), so the limit is z^2 / (n + z^2).
    double z = Normal.quantile(0.975);
    assertThat(Tango.interval(0, 0, 73, 0.95).high())
        .isCloseTo(z * z / (73 + z * z), within(1e-12));
  }

  @Test
  void tango_allLost_intervalEndsAtOne() {
    // Then z(delta) = sqrt(n (1 - delta) / (1 + delta)).
    double z = Normal.quantile(0.975);
    Interval interval = Tango.interval(9, 0, 9, 0.95);
    assertThat(interval.high()).isOne();
    assertThat(interval.low()).isCloseTo((9 - z * z) / (9 + z * z), within(1e-12));
  }

  @Test
  void tangoZ_swappedSides_changesSign() {
    assertThat(Tango.z(7, 1, 21, 0.1)).isCloseTo(-Tango.z(1, 7, 21, -0.1), within(1e-12));
  }

  @Test
  void newcombe_airwaysExample_isPublishedInterval() {
    Interval interval = Newcombe.interval(AIRWAYS, 0.95);
    assertThat(interval.low()).isCloseTo(-0.50692, PRINTED);
    assertThat(interval.high()).isCloseTo(-0.02556, PRINTED);
  }

  @Test
  void newcombe_emptyMargin_takesPhiAsZero() {
    Interval interval = Newcombe.interval(new PairedCounts(20, 0, 0, 0), 0.95);
    Interval wilson = Wilson.interval(20, 20, 0.95);
    assertThat(interval.high()).isCloseTo(1 - wilson.low(), within(1e-12));
  }

  @Test
  void wilson_newcombesExamples_arePublishedIntervals() {
    // R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
    assertWilson(81, 263, 0.2553, 0.3662);
    assertWilson(15, 148, 0.0624, 0.1605);
    assertWilson(0, 20, 0.0, 0.1611);
    assertWilson(1, 29, 0.0061, 0.1718);
  }

  @Test
  void mcNemarMidP_airwaysExample_isPublishedValue() {
    // Fagerland et al. print the two-sided 0.039.
    assertThat(2 * McNemar.midP(7, 1)).isCloseTo(0.0390625, within(1e-12));
  }

  @Test
  void mcNemarMidP_noFlips_isOneHalf() {
    assertThat(McNemar.midP(0, 0)).isEqualTo(0.5);
  }

  @Test
  void pairedCounts_negative_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PairedCounts(1, -1, 0, 0))
        .withMessage("paired counts must not be negative, got 1, -1, 0, 0");
  }

  @Test
  void pairedCounts_airwaysExample_deltaIsBaseMinusTuned() {
    assertThat(AIRWAYS.delta()).isCloseTo(-6.0 / 21, within(1e-15));
  }

  private static void assertWilson(int hits, int total, double low, double high) {
    Interval interval = Wilson.interval(hits, total, 0.95);
    assertThat(interval.low()).isCloseTo(low, within(5.1e-5));
    assertThat(interval.high()).isCloseTo(high, within(5.1e-5));
  }
}
