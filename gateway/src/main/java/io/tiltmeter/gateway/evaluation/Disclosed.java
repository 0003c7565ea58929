package io.tiltmeter.gateway.evaluation;

import io.tiltmeter.gateway.http.Json;
import io.tiltmeter.policy.gate.Policy.Disclosure;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** As much of a verdict's reasons as the policy lets its customer see. */
final class Disclosed {

  /** The reasons without a figure. */
  record Brief(
      boolean blocked,
      String decision,
      String rule,
      String pack,
      String packDigest,
      String policyDigest,
      boolean automated,
      @Nullable Instant appealUntil) {
    static Brief of(Reasons reasons) {
      return new Brief(
          reasons.blocked(),
          reasons.decision(),
          reasons.rule(),
          reasons.pack(),
          reasons.packDigest(),
          reasons.policyDigest(),
          reasons.automated(),
          reasons.appealUntil());
    }
  }

  private Disclosed() {}

  /**
   * What the customer's event says, as JSON.
   *
   * @param lost names of the probes whose refusal was lost
   */
  static String json(Reasons reasons, Disclosure disclosure, List<String> lost) {
    return switch (disclosure) {
      case VERDICT -> Json.text(Brief.of(reasons));
      case RATES -> reasons.json();
      case PROBES -> withProbes(reasons, lost);
    };
  }

  private static String withProbes(Reasons reasons, List<String> lost) {
    ObjectNode tree = Json.MAPPER.valueToTree(reasons);
    ArrayNode names = tree.putArray("lost_probes");
    lost.forEach(names::add);
    return Json.text(tree);
  }
}
