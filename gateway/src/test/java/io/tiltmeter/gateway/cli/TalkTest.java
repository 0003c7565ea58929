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

class TalkTest {
  private final StringWriter err = new StringWriter();
  private final SettableClock clock = new SettableClock();

  private static final class SettableClock extends Clock {
    private Instant now = Instant.EPOCH;

    void advance(Duration by) {
      now = now.plus(by);
    }

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
  void stage_noTerminal_saysALineEveryFewSecondsWithRateAndTimeLeft() {
    Talk.Stage stage = talk(false, false).stage("answers");
    clock.advance(Duration.ofSeconds(1));
    stage.at(10, 100);
    assertThat(err.toString()).isEmpty();
    clock.advance(Duration.ofSeconds(4));
    stage.at(50, 100);
    assertThat(err.toString())
        .isEqualTo("answers  ████████████░░░░░░░░░░░░ 50/100, 10/s, 5 s left\n");
  }

  @Test
  void stage_terminal_redrawsOneLineAndClearsItAtTheEnd() {
    Talk.Stage stage = talk(true, false).stage("answers");
    clock.advance(Duration.ofSeconds(1));
    stage.at(100, 100);
    stage.done();
    assertThat(err.toString()).doesNotContain("\n").endsWith("\r\u001b[2K");
  }

  @Test
  void talk_quiet_saysWarningsOnly() {
    Talk talk = talk(false, true);
    talk.say("working");
    talk.warn("no sandbox");
    assertThat(err.toString()).isEqualTo("warning: no sandbox\n");
  }

  private Talk talk(boolean terminal, boolean quiet) {
    return new Talk(new PrintWriter(err), terminal, quiet, clock);
  }
}
