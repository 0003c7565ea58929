package io.tiltmeter.gateway.packfile;

import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.List;

/** What came of reading a probe pack. */
public sealed interface PackResult {

  /** The pack is as it should be. */
  record Read(ProbePack pack) implements PackResult {}

  /**
   * The pack cannot be used.
   *
   * @param issues every problem, never empty: those of the header's file first, then those of the
   *     probes' file, by line and column
   */
  record Invalid(List<Issue> issues) implements PackResult {
    public Invalid {
      issues = List.copyOf(issues);
    }
  }
}
