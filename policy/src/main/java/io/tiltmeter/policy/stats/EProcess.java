package io.tiltmeter.policy.stats;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Evidence against one hypothesis about the mean of values in [-1, 1], as the wealth of eight
 * gamblers who bet against it: I. Waudby-Smith, A. Ramdas, JRSS B 86 (2024) 1-27.
 *
 * <p>Gambler j multiplies its wealth by {@code 1 + lambda_j (margin - x)} (or {@code x - margin})
 * at every value. If the hypothesis holds, no gambler gains on average whatever came before, so
 * that the weighted sum of wealths is a non-negative supermartingale starting at 1, and by Ville's
 * inequality reaches 1/alpha with probability at most alpha, at any time, however often one looks.
 * The share that a gambler stakes is below one at both ends of the range, so no wealth reaches
 * zero.
 *
 * <p>The record is the whole state: kept and read back, the process goes on as if never stopped.
 *
 * @param margin the hypothesis' bound, in (0, 1)
 * @param logWealths natural logs of the gamblers' wealths, in the order of their stakes
 * @param logPeak natural log of the largest wealth reached so far, at least 0
 */
public record EProcess(
    Hypothesis hypothesis, double margin, List<Double> logWealths, double logPeak) {

  /** What the process gathers evidence against. */
  public enum Hypothesis {
    /** The mean is at least the margin; small values are evidence against it. */
    AT_LEAST_MARGIN,
    /** The mean is at most the margin; large values are evidence against it. */
    AT_MOST_MARGIN
  }

  /** Shares of the largest stake that cannot ruin: small ones for small drifts, large for large. */
  private static final List<Double> STAKES = List.of(.05, .10, .20, .35, .50, .70, .85, .95);

  /** The capital that each starts with; together 1. */
  private static final List<Double> CAPITAL = List.of(.05, .05, .10, .10, .10, .15, .20, .25);

  public EProcess {
    Fractions.open("margin", margin);
    logWealths = List.copyOf(logWealths);
    if (logWealths.size() != STAKES.size()) {
      throw new IllegalArgumentException(
          "an e-process needs %d log-wealths, got %d".formatted(STAKES.size(), logWealths.size()));
    }
  }

  /** The process before the first value: wealth 1. */
  public static EProcess against(Hypothesis hypothesis, double margin) {
    return new EProcess(hypothesis, margin, Collections.nCopies(STAKES.size(), 0.0), 0);
  }

  /**
   * The process after one more value.
   *
   * @param value in [-1, 1]
   */
  public EProcess after(double value) {
    return after(value, 1);
  }

  /** The process after all these values, in order. */
  public EProcess afterAll(List<Double> values) {
    EProcess process = this;
    for (double value : values) {
      process = process.after(value);
    }
    return process;
  }

  /**
   * The process after these values, or after the first at which the log-wealth reaches {@code
   * logStop}.
   */
  public EProcess afterAllUntil(List<Double> values, double logStop) {
    EProcess process = this;
    for (double value : values) {
      if (process.logWealth() >= logStop) {
        return process;
      }
      process = process.after(value);
    }
    return process;
  }

  /** The process after the same value several times in a row, without looking in between. */
  EProcess after(double value, int times) {
    if (!(value >= -1 && value <= 1)) {
      throw new IllegalArgumentException("value must be in [-1, 1], got %s".formatted(value));
    }
    List<Double> next =
        IntStream.range(0, STAKES.size())
            .mapToObj(
                j -> logWealths.get(j) + times * StrictMath.log1p(STAKES.get(j) * gain(value)))
            .toList();
    return new EProcess(hypothesis, margin, next, Math.max(logPeak, logMixture(next)));
  }

  /** Natural log of the wealth now. */
  public double logWealth() {
    return logMixture(logWealths);
  }

  /** Whether the wealth has ever reached 1/{@code alpha}. */
  public boolean rejectsAt(double alpha) {
    return logPeak >= -StrictMath.log(alpha);
  }

  /** What one unit of the largest stake earns at this value, at least -1. */
  private double gain(double value) {
    return switch (hypothesis) {
      case AT_LEAST_MARGIN -> (margin - value) / (1 - margin);
      case AT_MOST_MARGIN -> (value - margin) / (1 + margin);
    };
  }

  /** ln of the sum of capital times wealth; the largest term is taken out against overflow. */
  private static double logMixture(List<Double> logWealths) {
    double largest = Collections.max(logWealths);
    double sum = 0;
    for (int j = 0; j < STAKES.size(); j++) {
      sum += CAPITAL.get(j) * StrictMath.exp(logWealths.get(j) - largest);
    }
    return largest + StrictMath.log(sum);
  }
}
