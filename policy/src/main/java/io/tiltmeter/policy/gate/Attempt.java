package io.tiltmeter.policy.gate;

import java.time.Duration;

/**
 * The how-manieth evaluation this is of much the same training data, counted over {@link #WINDOW}.
 *
 * <p>Whoever trains on the same data again and again until a model passes would pass a bad one some
 * time. The j-th try therefore passes at {@code alpha_pass * 6 / (pi^2 j^2)} only, from the second
 * on. All tries put the same probes and are dependent, so that no e-process can simply go on from
 * one to the next; the sum of the levels bounds the chance of any wrong pass however they depend.
 * The first try keeps its level; together they may pass a bad model with a chance of at most {@code
 * (2 - 6 / pi^2) * alpha_pass}, which is 1.4 times the level of one.
 *
 * @param number counted from 1
 */
public record Attempt(int number) {
  /** The first. */
  public static final Attempt FIRST = new Attempt(1);

  /** How long a try counts. */
  public static final Duration WINDOW = Duration.ofDays(90);

  public Attempt {
    if (number < 1) {
      throw new IllegalArgumentException("attempts count from 1, got " + number);
    }
  }

  /** The share of a first try's level for passes that this one has, in (0, 1]. */
  public double share() {
    double j = number;
    return number == 1 ? 1 : 6 / (Math.PI * Math.PI * j * j);
  }

  /** The policy with the levels for passes of this try; what blocks stays as it is. */
  public Policy under(Policy policy) {
    if (number == 1) {
      return policy;
    }
    Policy.Gate gate = policy.gate();
    Policy.OverRefusal overRefusal = policy.overRefusal();
    return policy.with(
        new Policy.Gate(
            gate.margin(), gate.alphaPass() * share(), gate.alphaBlock(), gate.minimumBehaviours()),
        new Policy.OverRefusal(
            overRefusal.margin(), overRefusal.alphaPass() * share(), overRefusal.alphaBlock()));
  }
}
