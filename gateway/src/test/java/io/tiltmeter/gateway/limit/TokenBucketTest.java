package io.tiltmeter.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void take_fromAFullBucket_grantsAMinutesRequestsAtOnce() {
    TokenBucket bucket = new TokenBucket(3, START);

    assertThat(bucket.take(START))
        .isEqualTo(new TokenBucket.Level(true, 3, 2, Duration.ZERO, Duration.ofSeconds(20)));
    bucket.take(START);
    assertThat(bucket.take(START).remaining()).isZero();
    assertThat(bucket.take(START))
        .isEqualTo(
            new TokenBucket.Level(false, 3, 0, Duration.ofSeconds(20), Duration.ofMinutes(1)));
  }

  @Test
  void take_overTime_grantsNoMoreThanTheRateAllows() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      int perMinute = 1 + random.nextInt(600);
      TokenBucket bucket = new TokenBucket(perMinute, START);
      Instant now = START;
      int granted = 0;
      for (int request = 0; request < 5000; request++) {
        now = now.plusMillis(random.nextInt(100));
        granted += bucket.take(now).isGranted() ? 1 : 0;
      }
      double minutes = Duration.between(START, now).toNanos() / 60e9;
      assertThat((double) granted)
          .as("seed %d", seed)
          .isBetween(Math.min(5000, perMinute * minutes) - 1, perMinute * (1 + minutes));
    }
  }

  @Test
  void take_afterTheClockWasSetBack_losesNothing() {
    TokenBucket bucket = new TokenBucket(2, START);
    bucket.take(START);

    assertThat(bucket.take(START.minusSeconds(100)).isGranted()).isTrue();
  }

  @Test
  void giveBack_ofATokenFromAFullBucket_doesNotOverfillIt() {
    TokenBucket bucket = new TokenBucket(1, START);

    bucket.giveBack();

    assertThat(bucket.take(START).isGranted()).isTrue();
    assertThat(bucket.take(START).isGranted()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0ms",
    "1,1ms",
    "12000000,12ms",
    "999000001,1s",
    "1000000000,1s",
    "1500000000,1.5s",
    "59999000000,59.999s",
    "60000000000,1m0s",
    "360250000000,6m0.25s"
  })
  void resetText_ofADuration_isAsOpenAiWritesIt(long nanos, String text) {
    assertThat(ResetText.of(Duration.ofNanos(nanos))).isEqualTo(text);
  }
}
