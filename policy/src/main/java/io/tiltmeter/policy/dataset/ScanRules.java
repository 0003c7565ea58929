package io.tiltmeter.policy.dataset;

import io.tiltmeter.policy.gate.Policy;
import java.util.List;

/**
 * What a policy lets each detector force.
 *
 * <p>A detector in the policy's {@code block} list keeps its own severity; one that is only in
 * {@code review} forces at most review; any other forces at most steer.
 */
public record ScanRules(Policy.Scan scan) {

  /** The most that this detector may force. */
  public Severity cap(String detector) {
    if (scan.block().contains(detector)) {
      return Severity.BLOCK;
    }
    return scan.review().contains(detector) ? Severity.REVIEW : Severity.STEER;
  }

  /** The finding with no more severity than its detector may force. */
  public ScanFinding apply(ScanFinding finding) {
    return finding.withSeverity(finding.severity().atMost(cap(finding.detector())));
  }

  /** All of them, in order. */
  public List<ScanFinding> apply(List<ScanFinding> findings) {
    return findings.stream().map(this::apply).toList();
  }
}
