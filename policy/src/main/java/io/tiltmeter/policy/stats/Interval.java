package io.tiltmeter.policy.stats;

/** A closed range on the real line, {@code low <= high}. */
public record Interval(double low, double high) {

  public Interval {
    // Written so that a NaN bound fails too.
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "interval needs low <= high, got [%s, %s]".formatted(low, high));
    }
  }
}
