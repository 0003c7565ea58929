package io.tiltmeter.evaluator.bench;

import java.util.stream.DoubleStream;

/** Times work that is repeated. */
final class Stopwatch {
  private static final int ROUNDS = 5;

  private Stopwatch() {}

  /** The fastest of a few rounds in seconds, after one that does not count. */
  static double seconds(Runnable work) {
    work.run();
    return DoubleStream.generate(() -> once(work)).limit(ROUNDS).min().orElseThrow();
  }

  /** The time of one round in seconds. */
  static double once(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
