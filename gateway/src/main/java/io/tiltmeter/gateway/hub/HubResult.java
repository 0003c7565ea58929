package io.tiltmeter.gateway.hub;

import io.tiltmeter.evaluator.vet.VettingFinding;
import java.util.List;

/** What came of fetching a model. */
public sealed interface HubResult {

  /**
   * The files that a model may have are there, each as the hub describes it; they are not vetted.
   *
   * @param skipped paths that are no part of a model and were left where they are
   * @param unchecked files for which the hub gave a size but no digest
   */
  record Fetched(List<String> skipped, List<String> unchecked) implements HubResult {
    public Fetched {
      skipped = List.copyOf(skipped);
      unchecked = List.copyOf(unchecked);
    }
  }

  /**
   * It holds files that a model may not have, and none was fetched.
   *
   * @param findings by path, at least one
   */
  record Refused(List<VettingFinding> findings) implements HubResult {
    public Refused {
      findings = List.copyOf(findings);
    }
  }
}
