package io.tiltmeter.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetriesTest {

  @Test
  void after_moreAttempts_isBetweenASecondAndAGrowingCeiling() {
    long seed = 7;
    Random random = new Random(seed);
    for (int attempt = 1; attempt <= 40; attempt++) {
      Duration ceiling =
          Duration.ofSeconds(Math.min(10L << (2 * Math.min(attempt - 1, 8)), 12 * 3600));
      for (int i = 0; i < 100; i++) {
        assertThat(Retries.after(attempt, random))
            .as("attempt %d, seed %d", attempt, seed)
            .isBetween(Duration.ofSeconds(1), ceiling);
      }
    }
  }

  /** Days of silence cost few messages. */
  @Test
  void after_summedUpToThreeDays_takesFewAttempts() {
    Random random = new Random(11);
    for (int series = 0; series < 1000; series++) {
      Duration waited = Duration.ZERO;
      int attempts = 1;
      while (waited.compareTo(Retries.GIVE_UP) < 0) {
        waited = waited.plus(Retries.after(attempts++, random));
      }
      assertThat(attempts).isBetween(8, 60);
    }
  }
}
