package io.tiltmeter.gateway.bench;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that moves when it is told to. */
public final class TestClock extends Clock {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T12:00:00Z"));
  private final Duration tick;

  private TestClock(Duration tick) {
    this.tick = tick;
  }

  /** One that stands still in between. */
  public static TestClock standing() {
    return new TestClock(Duration.ZERO);
  }

  /** One that moves by a microsecond each time that it is read, so that no two rows are as old. */
  public static TestClock ticking() {
    return new TestClock(Duration.ofNanos(1000));
  }

  public void advance(Duration by) {
    now.updateAndGet(at -> at.plus(by));
  }

  @Override
  public Instant instant() {
    return now.updateAndGet(at -> at.plus(tick));
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
