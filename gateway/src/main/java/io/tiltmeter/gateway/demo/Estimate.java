package io.tiltmeter.gateway.demo;

import java.time.Duration;

/**
 * How long the demo will take on this machine: what there is to do, times what a little of it took
 * right before.
 *
 * @param answers that models have to give
 * @param rows that the trainer has to see, each as often as it is trained on
 */
record Estimate(int answers, double secondsPerAnswer, int rows, double secondsPerRow) {
  private static final double MINUTE = 60;

  /** Others may come to work on the machine, and the gateway does more than models. */
  private static final int SLOWER_BY_AT_MOST = 6;

  private static final Duration AT_LEAST = Duration.ofMinutes(30);

  private double seconds() {
    return answers * secondsPerAnswer + rows * secondsPerRow;
  }

  /** For people. */
  String words() {
    return ("this will take about %.0f minutes, an estimate: %,d answers at %.2f s and %,d training"
            + " rows at %.2f s each, as just measured here on one batch of each")
        .formatted(
            Math.max(1, Math.ceil(seconds() / MINUTE)),
            answers,
            secondsPerAnswer,
            rows,
            secondsPerRow);
  }

  /** When to stop waiting. */
  Duration patience() {
    Duration slow = Duration.ofSeconds((long) (SLOWER_BY_AT_MOST * seconds()));
    return slow.compareTo(AT_LEAST) > 0 ? slow : AT_LEAST;
  }
}
