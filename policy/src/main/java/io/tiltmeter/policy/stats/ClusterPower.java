package io.tiltmeter.policy.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The chance that the hybrid test blocks a run in which behaviours are put in several wordings,
 * which may be lost one by one; {@link BlockPower} is exact for wordings that are lost together.
 *
 * <p>The model: a behaviour is with probability {@code correlation} lost in all of its wordings or
 * in none, else in each by itself; either way a wording is lost with probability delta, and none is
 * gained. Losses of two wordings of one behaviour then correlate by just that number.
 *
 * <p>Mean changes that are no longer 0 or 1 have no small state to sum over, so the chance is that
 * of {@value #RUNS} simulated runs, off by at most 3 points in 95 of 100 cases where it is 0.9. Its
 * random numbers are a function of run and behaviour alone: the same for every delta, which makes
 * the chance rise with delta, and on every machine, so that a verdict that is made again says the
 * same.
 */
public final class ClusterPower {
  /** How many runs are simulated for one chance. */
  public static final int RUNS = 400;

  /** Runs that may miss a delta which is seen with the wanted power. */
  private static final int MISSED_AT_MOST = (int) Math.round(RUNS * (1 - BlockPower.WANTED));

  /** Leaves a 64th of the range, which is finer than the simulation is sure. */
  private static final int HALVINGS = 6;

  private final int[] prompts;
  private final double margin;
  private final double alpha;

  /** At index m, k what each gambler gains if k of m wordings are lost. */
  private final double[][][] gains;

  /**
   * The power of one run.
   *
   * @param prompts how many wordings each behaviour had, at least 1 each, in the order asked
   * @param margin in (0, 1)
   * @param alpha level of the whole test, in (0, 1); half goes to each part
   */
  public ClusterPower(List<Integer> prompts, double margin, double alpha) {
    this.prompts = prompts.stream().mapToInt(Integer::intValue).toArray();
    this.margin = margin;
    this.alpha = alpha;
    EProcess start = EProcess.against(EProcess.Hypothesis.AT_MOST_MARGIN, margin);
    this.gains = new double[Arrays.stream(this.prompts).max().orElse(0) + 1][][];
    for (int m = 1; m < gains.length; m++) {
      gains[m] = new double[m + 1][];
      for (int lost = 0; lost <= m; lost++) {
        gains[m][lost] = start.logGains((double) lost / m);
      }
    }
  }

  /**
   * The smallest true delta that is blocked with probability {@link BlockPower#WANTED}.
   *
   * @param correlation of losses within a behaviour, in [0, 1]
   * @param together the same if wordings are lost together, by {@link BlockPower}: the worst case,
   *     since no other way to lose as much varies more from behaviour to behaviour
   */
  public double detectableDelta(double correlation, double together) {
    double low = Math.min(margin, together);
    double high = together;
    for (int i = 0; i < HALVINGS && high < 1; i++) {
      double middle = 0.5 * (low + high);
      if (isSeen(middle, correlation)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** Whether {@link #at} is at least as wanted; stops as soon as it cannot be any more. */
  private boolean isSeen(double delta, double correlation) {
    Losses losses = new Losses(delta, correlation, gains.length - 1);
    int missed = 0;
    for (int run = 0; run < RUNS && missed <= MISSED_AT_MOST; run++) {
      missed += blocks(losses, new Uniform(run)) ? 0 : 1;
    }
    return missed <= MISSED_AT_MOST;
  }

  /** The chance to block if the true delta is this, in [0, 1]. */
  public double at(double delta, double correlation) {
    Losses losses = new Losses(delta, correlation, gains.length - 1);
    int blocked = 0;
    for (int run = 0; run < RUNS; run++) {
      blocked += blocks(losses, new Uniform(run)) ? 1 : 0;
    }
    return (double) blocked / RUNS;
  }

  private boolean blocks(Losses losses, Uniform uniform) {
    double bar = -StrictMath.log(alpha / 2);
    double[] logWealths = new double[EProcess.GAMBLERS];
    double[] changes = new double[prompts.length];
    double sum = 0;
    for (int t = 0; t < prompts.length; t++) {
      int lost = losses.of(prompts[t], uniform.next());
      changes[t] = (double) lost / prompts[t];
      sum += changes[t];
      if (EProcess.add(gains[prompts[t]][lost], logWealths) >= bar
          && EProcess.logMixture(logWealths) >= bar) {
        return true;
      }
    }
    return sum > margin * prompts.length && finalLookBlocks(changes);
  }

  private boolean finalLookBlocks(double[] changes) {
    List<Double> values = new ArrayList<>(changes.length);
    for (double change : changes) {
      values.add(change);
    }
    return new FinalLook(values, false).pAtMost(margin) <= alpha / 2;
  }

  /** How many wordings of a behaviour are lost, as a function of one uniform number. */
  private static final class Losses {
    private final double delta;
    private final double correlation;

    /** At index m, k the chance that at most k of m wordings are lost if each is by itself. */
    private final double[][] atMost;

    Losses(double delta, double correlation, int prompts) {
      this.delta = delta;
      this.correlation = correlation;
      this.atMost = new double[prompts + 1][];
      for (int m = 1; m <= prompts; m++) {
        atMost[m] = new double[m];
        for (int lost = 0; lost < m; lost++) {
          atMost[m][lost] = delta < 1 ? Binomial.atMost(lost, m, delta) : 0;
        }
      }
    }

    int of(int prompts, double uniform) {
      if (uniform < correlation) {
        return uniform < correlation * delta ? prompts : 0;
      }
      double rest = (uniform - correlation) / (1 - correlation);
      int lost = 0;
      while (lost < prompts && rest >= atMost[prompts][lost]) {
        lost++;
      }
      return lost;
    }
  }

  /** SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014), the same on every machine. */
  private static final class Uniform {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1p-53;

    private long state;

    /** A stream of its own for each run. */
    Uniform(int run) {
      this.state = mixed((run + 1) * GAMMA);
    }

    /** In [0, 1). */
    double next() {
      state += GAMMA;
      return (mixed(state) >>> 11) * UNIT;
    }

    private static long mixed(long seed) {
      long z = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }
}
