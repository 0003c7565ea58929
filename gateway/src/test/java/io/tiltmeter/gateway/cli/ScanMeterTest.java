package io.tiltmeter.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ScanMeterTest {
  private static final long MEBIBYTE = 1 << 20;

  private final StringWriter err = new StringWriter();
  private final SettableClock clock = new SettableClock();
  private final ScanMeter meter =
      new ScanMeter(new Talk(new PrintWriter(err), true, false, clock), clock, 100 * MEBIBYTE);

  private static final class SettableClock extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void at_scanOfTwoSeconds_saysNothing() {
    after(Duration.ofMillis(2900));
    meter.at(3, 90 * MEBIBYTE);
    meter.done();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void at_longScan_saysPassShareAndTimeLeftOnceASecond() {
    after(Duration.ofSeconds(10));
    meter.at(2, 50 * MEBIBYTE);
    assertThat(err.toString())
        .endsWith("MiB  ████████████░░░░░░░░░░░░ 150/300, 15/s, 10 s left, pass 2 of 3 at most");
    int said = err.toString().length();
    after(Duration.ofMillis(900));
    meter.at(2, 60 * MEBIBYTE);
    assertThat(err.toString()).hasSize(said);
    after(Duration.ofMillis(100));
    meter.at(2, 61 * MEBIBYTE);
    assertThat(err.toString()).hasSizeGreaterThan(said);
  }

  private void after(Duration time) {
    clock.now = clock.now.plus(time);
  }
}
