package io.tiltmeter.policy.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
  private static final double[] STAKES = {.05, .10, .20, .35, .50, .70, .85, .95};

  /** The capital that each starts with; together 1. */
  private static final double[] CAPITAL = {.05, .05, .10, .10, .10, .15, .20, .25};

  /** How many gamblers there are. */
  static final int GAMBLERS = STAKES.length;

  public EProcess {
    Fractions.open("margin", margin);
    logWealths = List.copyOf(logWealths);
    if (logWealths.size() != STAKES.length) {
      throw new IllegalArgumentException(
          "an e-process needs %d log-wealths, got %d".formatted(STAKES.length, logWealths.size()));
    }
  }

  /** The process before the first value: wealth 1. */
  public static EProcess against(Hypothesis hypothesis, double margin) {
    return new EProcess(hypothesis, margin, Collections.nCopies(STAKES.length, 0.0), 0);
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
    return afterAllUntil(values, Double.POSITIVE_INFINITY);
  }

  /**
   * The process after these values, or after the first at which the log-wealth reaches {@code
   * logStop}.
   */
  public EProcess afterAllUntil(List<Double> values, double logStop) {
    Walk walk = new Walk(this);
    for (double value : values) {
      // Asked first, since looking at the wealth is most of a step's work.
      if (logStop < Double.POSITIVE_INFINITY && walk.logWealth() >= logStop) {
        break;
      }
      walk.take(value, 1);
    }
    return walk.process();
  }

  /** The process after the same value several times in a row, without looking in between. */
  EProcess after(double value, int times) {
    Walk walk = new Walk(this);
    walk.take(value, times);
    return walk.process();
  }

  /** Natural logs of the wealth after each of these values, in order. */
  public List<Double> logWealthsAfter(List<Double> values) {
    Walk walk = new Walk(this);
    List<Double> trace = new ArrayList<>(values.size());
    for (double value : values) {
      walk.take(value, 1);
      trace.add(walk.logWealth());
    }
    return List.copyOf(trace);
  }

  /**
   * How many more values it would take until the wealth is so large, if each gambler went on to
   * gain what a value brought it on average so far.
   *
   * @param logTarget natural log of that wealth
   * @param seen how many values the process has seen, at least 1
   * @param most no more than these are looked for
   * @return from 0; {@code most + 1} if not even these would do
   */
  public int more(double logTarget, int seen, int most) {
    double[] now = logWealths.stream().mapToDouble(Double::doubleValue).toArray();
    // The wealth to come may fall before it rises, but crosses a target above it once.
    int tooFew = -1;
    int enough = most + 1;
    while (enough - tooFew > 1) {
      int middle = tooFew + (enough - tooFew) / 2;
      double factor = 1 + (double) middle / seen;
      double[] then = Arrays.stream(now).map(logWealth -> logWealth * factor).toArray();
      if (logMixture(then) >= logTarget) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return enough;
  }

  /** Natural log of the wealth now. */
  public double logWealth() {
    return new Walk(this).logWealth();
  }

  /** Whether the wealth has ever reached 1/{@code alpha}. */
  public boolean rejectsAt(double alpha) {
    return logPeak >= -StrictMath.log(alpha);
  }

  /** What each gambler's log-wealth gains at this value. */
  double[] logGains(double value) {
    if (!(value >= -1 && value <= 1)) {
      throw new IllegalArgumentException("value must be in [-1, 1], got %s".formatted(value));
    }
    double unit = gain(value);
    return Arrays.stream(STAKES).map(stake -> StrictMath.log1p(stake * unit)).toArray();
  }

  /** What one unit of the largest stake earns at this value, at least -1. */
  private double gain(double value) {
    return switch (hypothesis) {
      case AT_LEAST_MARGIN -> (margin - value) / (1 - margin);
      case AT_MOST_MARGIN -> (value - margin) / (1 + margin);
    };
  }

  /** ln of the sum of capital times wealth; the largest term is taken out against overflow. */
  static double logMixture(double[] logWealths) {
    double largest = largest(logWealths);
    double sum = 0;
    for (int j = 0; j < CAPITAL.length; j++) {
      sum += CAPITAL[j] * StrictMath.exp(logWealths[j] - largest);
    }
    return largest + StrictMath.log(sum);
  }

  private static double largest(double[] logWealths) {
    double largest = logWealths[0];
    for (double logWealth : logWealths) {
      largest = logWealth > largest ? logWealth : largest;
    }
    return largest;
  }

  /**
   * Adds gains to log-wealths in place; the largest of them then, which the mixture is not above.
   */
  static double add(double[] gains, double[] logWealths) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < logWealths.length; j++) {
      double next = logWealths[j] + gains[j];
      logWealths[j] = next;
      largest = next > largest ? next : largest;
    }
    return largest;
  }

  /** A process under way: the same sums as a record a step, without the records. */
  private static final class Walk {
    /** More than rounding could lift the mixture above its largest term. */
    private static final double ROUNDING = 1e-9;

    private final EProcess start;
    private final double[] logWealths;
    private final Map<Double, double[]> gains = new HashMap<>();
    private double logPeak;

    Walk(EProcess start) {
      this.start = start;
      this.logWealths = start.logWealths.stream().mapToDouble(Double::doubleValue).toArray();
      this.logPeak = start.logPeak;
    }

    void take(double value, int times) {
      double[] gain = gains.computeIfAbsent(value, start::logGains);
      for (int j = 0; j < logWealths.length; j++) {
        logWealths[j] += times * gain[j];
      }
      // The mixture is at most its largest term: below the peak there is no need to look.
      if (largest(logWealths) >= logPeak - ROUNDING) {
        logPeak = Math.max(logPeak, logWealth());
      }
    }

    double logWealth() {
      return logMixture(logWealths);
    }

    EProcess process() {
      return new EProcess(
          start.hypothesis, start.margin, Arrays.stream(logWealths).boxed().toList(), logPeak);
    }
  }
}
