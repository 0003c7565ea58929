package io.tiltmeter.dashboards.page;

import io.tiltmeter.dashboards.policy.Proposal;
import io.tiltmeter.dashboards.policy.Proposal.Change;
import io.tiltmeter.dashboards.policy.Proposal.Effect;
import io.tiltmeter.dashboards.policy.Proposal.Form;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Proposed policies that look like real ones. */
final class SampleProposals {
  private static final String POLICY =
      "sha256:7c1d0a55e2f84b0e9d0d5a3d2c4f1f7a6b9f2c3e8d7a1b0c4e5f6a7b8c9d0e1f";
  private static final String REPLACES =
      "sha256:04e7f00bdcc2e5a1f3b2d4c6a8907b5c1d3e5f7a9b0c2d4e6f8091a2b3c4d5e6";
  private static final List<Change> CHANGES =
      List.of(
          new Change("gate.margin", "0.05", "0.08", Effect.LAXER),
          new Change("scan.trigger", "review", "none", Effect.LAXER),
          new Change("categories.hate.zero_tolerance", "false", "true", Effect.STRICTER),
          new Change("rules.many", "-", "review when flips.lost > 3", Effect.STRICTER),
          new Change("version", "3", "4", Effect.NEITHER));

  private SampleProposals() {}

  static List<Proposal> all() {
    return List.of(
        proposal("polp_1", null, Form.ACTIVATE, CHANGES),
        proposal("polp_2", "acme", Form.OWN, CHANGES.subList(2, 5)),
        proposal("polp_3", "globex", Form.STALE, CHANGES.subList(0, 1)),
        proposal("polp_4", "initech", Form.UNREADABLE, List.of()));
  }

  static List<Proposal> own() {
    return List.of(proposal("polp_2", "acme", Form.OWN, CHANGES));
  }

  static Proposal proposal(String id, @Nullable String tenant, Form form, List<Change> changes) {
    return new Proposal(
        id,
        tenant,
        form == Form.UNREADABLE ? "" : "customer-facing, version 4",
        POLICY,
        REPLACES,
        Samples.PERSON,
        Samples.START,
        form,
        changes);
  }
}
