package io.tiltmeter.policy.gate;

/**
 * The how-manieth checkpoint of one training this is that is judged.
 *
 * <p>Each checkpoint is a model of its own, and each that is judged could be blocked by mistake.
 * The j-th is therefore blocked at {@code alpha_block * 6 / (pi^2 j^2)} only, the first included:
 * however many there are and however they depend, the levels add up to {@code alpha_block} at most.
 * A screening looks at e-processes only, which get half of a level ({@link Gate#blockSoFar}): one
 * half covers all harmful behaviours, the other categories and replays together. So the chance that
 * a training whose checkpoints are all within their margins is stopped is at most {@code
 * alpha_block}.
 *
 * @param number counted from 1
 */
public record Screening(int number) {

  public Screening {
    if (number < 1) {
      throw new IllegalArgumentException("screenings count from 1, got " + number);
    }
  }

  /** The share of the level for blocks that this one has, in (0, 1). */
  public double share() {
    double j = number;
    return 6 / (Math.PI * Math.PI * j * j);
  }

  /** The policy with the levels for blocks of this screening, which passes nothing. */
  public Policy under(Policy policy) {
    Policy.Gate gate = policy.gate();
    Policy.OverRefusal overRefusal = policy.overRefusal();
    return policy.with(
        new Policy.Gate(
            gate.margin(), gate.alphaPass(), gate.alphaBlock() * share(), gate.minimumBehaviours()),
        new Policy.OverRefusal(
            overRefusal.margin(), overRefusal.alphaPass(), overRefusal.alphaBlock() * share()));
  }
}
