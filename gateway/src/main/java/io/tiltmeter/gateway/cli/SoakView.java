package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.bench.Ratio;
import io.tiltmeter.evaluator.bench.Soak;
import io.tiltmeter.gateway.cli.BenchView.RatioView;

/**
 * What {@code bench soak} measured.
 *
 * @param firstQuarter median resident bytes of the first quarter of the rounds
 * @param secondHalf median resident bytes of the second half
 * @param perRound bytes that a round left behind; negative where memory was given back
 */
record SoakView(int rounds, long firstQuarter, long secondHalf, long perRound, RatioView ratio) {
  private static final double MOST_GROWTH = 1.05;

  static SoakView of(Soak soak) {
    Ratio growth =
        Ratio.atMost(
            "memory of the second half / of the first quarter",
            soak.secondHalf() / soak.firstQuarter(),
            MOST_GROWTH);
    return new SoakView(
        soak.resident().size(),
        Math.round(soak.firstQuarter()),
        Math.round(soak.secondHalf()),
        Math.round(soak.perRound()),
        RatioView.of(growth));
  }

  /** The same for people, on two lines. */
  String text() {
    return "%d rounds: %,d MiB in the first quarter, %,d MiB in the second half, %,d bytes a round%n%s"
        .formatted(rounds, firstQuarter >> 20, secondHalf >> 20, perRound, BenchTable.line(ratio));
  }
}
