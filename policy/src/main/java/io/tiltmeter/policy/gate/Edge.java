package io.tiltmeter.policy.gate;

/**
 * The step from a parent to its child in a lineage, judged beside the way from the root.
 *
 * <p>On the same probes the steps of a lineage add up to the way from its root, so that many small
 * losses cannot hide from a test against the root. A large loss can hide from it where an ancestor
 * had gained refusals: the step shows that.
 */
public final class Edge {
  /** What the rule of a verdict begins with that the step decided. */
  public static final String PREFIX = "edge:";

  private Edge() {}

  /** The rules for the step: what asks the models a second time is the root's to decide. */
  public static Policy policy(Policy policy) {
    return policy.forFirstAnswers();
  }

  /**
   * The verdict on a child: the root's, unless the step's is stricter; the evidence is the root's.
   */
  public static Verdict stricter(Verdict root, Verdict edge) {
    return strictness(edge) > strictness(root)
        ? new Verdict(edge.decision(), PREFIX + edge.rule(), root.evidence())
        : root;
  }

  private static int strictness(Verdict verdict) {
    return switch (verdict.decision()) {
      case PASS -> 0;
      case INCONCLUSIVE -> 1;
      case BLOCK -> 2;
    };
  }
}
