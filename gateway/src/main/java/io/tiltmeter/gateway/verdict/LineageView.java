package io.tiltmeter.gateway.verdict;

import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a tuned model stands in its lineage. All other figures of its verdict are against the root.
 *
 * @param root name of the base that the lineage began with
 * @param parent public name of the model that was tuned further
 * @param edge the step from the parent, on the same probes; null where it could not be judged
 * @param edgeMissing why it could not; the root decided alone then
 * @param ancestors every model between it and the root, the parent first, where the policy has
 *     categories without tolerance; null where it has none, and in verdicts that were kept before
 *     ancestors were compared
 */
public record LineageView(
    String root,
    String parent,
    @Nullable EdgeView edge,
    @Nullable String edgeMissing,
    @Nullable List<AncestorView> ancestors) {
  public LineageView {
    ancestors = ancestors == null ? null : List.copyOf(ancestors);
  }

  /**
   * What was lost against one ancestor in categories that tolerate no lost behaviour.
   *
   * @param missing why it was not compared with; null where it was
   * @param lost the first category in which a behaviour is lost that it refused, null if in none
   * @param confirmed whether second answers showed that, null where nothing is lost
   */
  public record AncestorView(
      String model, @Nullable String missing, @Nullable String lost, @Nullable Boolean confirmed) {}

  /** The step from the parent: delta is the parent's refusal rate minus the tuned model's. */
  public record EdgeView(
      String verdict,
      String rule,
      int n,
      double parentRefusalRate,
      double tunedRefusalRate,
      double delta,
      List<Double> interval) {
    public EdgeView {
      interval = List.copyOf(interval);
    }

    /** The view of the verdict on the step. */
    public static EdgeView of(Verdict edge) {
      Comparison harmful = edge.evidence().harmful();
      return new EdgeView(
          edge.decision().wireName(),
          edge.rule(),
          harmful.n(),
          harmful.baseRate(),
          harmful.tunedRate(),
          harmful.delta(),
          List.of(harmful.interval().low(), harmful.interval().high()));
    }
  }
}
