package io.tiltmeter.evaluator.remote;

import java.time.Duration;

/**
 * How servers are asked.
 *
 * @param concurrency most questions that are open at a time, at least 1
 * @param attempts tries of one question, at least 1
 * @param answer longest time for one try
 * @param pause before the second try; doubled before each further one
 */
public record RemoteSettings(int concurrency, int attempts, Duration answer, Duration pause) {

  /** Sixteen at a time, five tries of at most five minutes, one second before the second. */
  public static final RemoteSettings DEFAULT =
      new RemoteSettings(16, 5, Duration.ofMinutes(5), Duration.ofSeconds(1));

  public RemoteSettings {
    if (concurrency < 1 || attempts < 1) {
      throw new IllegalArgumentException(
          "concurrency and attempts must be at least 1, got %d and %d"
              .formatted(concurrency, attempts));
    }
  }
}
