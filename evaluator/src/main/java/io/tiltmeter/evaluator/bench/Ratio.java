package io.tiltmeter.evaluator.bench;

/**
 * A measured ratio and the bar that it is held to.
 *
 * @param name what was measured, beside what
 * @param bar the least value, or the greatest where {@code most} says so
 */
public record Ratio(String name, double value, double bar, boolean most) {

  /** One that must reach its bar. */
  public static Ratio atLeast(String name, double value, double bar) {
    return new Ratio(name, value, bar, false);
  }

  /** One that must not exceed its bar. */
  public static Ratio atMost(String name, double value, double bar) {
    return new Ratio(name, value, bar, true);
  }

  /** Whether the bar is kept; never for NaN. */
  public boolean isMet() {
    return most ? value <= bar : value >= bar;
  }
}
