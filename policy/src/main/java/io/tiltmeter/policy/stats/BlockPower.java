package io.tiltmeter.policy.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The exact chance that the hybrid test blocks a run, if each behaviour is lost wholly,
 * independently and with the same probability, and none is gained.
 *
 * <p>The e-process depends on the counts only, so for every length there is one smallest number of
 * losses at which it blocks. The chance to touch that boundary, or else to reach the final look's
 * own number at the end, is a sum over binomial paths.
 */
public final class BlockPower {
  /** The power that {@link #detectableDelta} asks for. */
  public static final double WANTED = 0.9;

  private static final double NEGLIGIBLE = 1e-300;

  private final int behaviours;

  /** At index t the losses among the first t behaviours from which on the e-process blocks. */
  private final int[] boundary;

  /** The losses among all behaviours from which on the final look blocks. */
  private final int finalLosses;

  private final double margin;

  /**
   * The power of one run.
   *
   * @param behaviours how many the run decided
   * @param onePrompt as in {@link FinalLook}
   * @param margin in (0, 1)
   * @param alpha level of the whole test, in (0, 1); half goes to each part
   */
  public BlockPower(int behaviours, boolean onePrompt, double margin, double alpha) {
    this.behaviours = behaviours;
    this.margin = margin;
    this.boundary = boundary(behaviours, margin, alpha / 2);
    this.finalLosses = finalLosses(behaviours, onePrompt, margin, alpha / 2);
  }

  /** The smallest true delta that is blocked with probability {@link #WANTED}; 1 if none is. */
  public double detectableDelta() {
    if (at(1) < WANTED) {
      return 1;
    }
    return Bisection.rootOfRising(delta -> at(delta) - WANTED, margin, 1);
  }

  /** The chance to block if the true delta is this, in [0, 1]. */
  public double at(double delta) {
    double[] chances = new double[behaviours + 2];
    chances[0] = 1;
    double blocked = 0;
    for (int t = 1; t <= behaviours; t++) {
      step(chances, Math.min(t, boundary[t - 1]), delta);
      // One step adds one loss at most, so nothing lies beyond the boundary.
      blocked += chances[boundary[t]];
      chances[boundary[t]] = 0;
    }
    return blocked + Arrays.stream(chances).skip(finalLosses).sum();
  }

  /** Moves the distribution of losses, known to be below {@code most}, on by one behaviour. */
  private static void step(double[] chances, int most, double delta) {
    for (int losses = most; losses >= 0; losses--) {
      double fromBelow = losses == 0 ? 0 : chances[losses - 1] * delta;
      double next = chances[losses] * (1 - delta) + fromBelow;
      // Denormal numbers are slow and far below anything that shows.
      chances[losses] = next < NEGLIGIBLE ? 0 : next;
    }
  }

  private static int[] boundary(int behaviours, double margin, double alpha) {
    int[] boundary = new int[behaviours + 1];
    boundary[0] = 1;
    int losses = 0;
    for (int t = 1; t <= behaviours; t++) {
      while (losses <= t && logWealth(losses, t - losses, margin) < -StrictMath.log(alpha)) {
        losses++;
      }
      boundary[t] = losses;
    }
    return boundary;
  }

  private static double logWealth(int losses, int kept, double margin) {
    return EProcess.against(EProcess.Hypothesis.AT_MOST_MARGIN, margin)
        .after(1, losses)
        .after(0, kept)
        .logWealth();
  }

  private static int finalLosses(int behaviours, boolean onePrompt, double margin, double alpha) {
    int losses = 0;
    while (losses <= behaviours
        && new FinalLook(losses(losses, behaviours), onePrompt).pAtMost(margin) > alpha) {
      losses++;
    }
    return losses;
  }

  private static List<Double> losses(int lost, int behaviours) {
    List<Double> changes = new ArrayList<>(Collections.nCopies(lost, 1.0));
    changes.addAll(Collections.nCopies(behaviours - lost, 0.0));
    return changes;
  }
}
