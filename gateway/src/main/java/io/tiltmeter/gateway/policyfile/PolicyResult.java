package io.tiltmeter.gateway.policyfile;

import io.tiltmeter.gateway.sourcefile.Issue;
import io.tiltmeter.policy.gate.Policy;
import java.util.List;

/** What came of reading a policy. */
public sealed interface PolicyResult {

  /**
   * The policy is as it should be.
   *
   * @param policy with every default filled in and every condition compiled
   */
  record Read(Policy policy) implements PolicyResult {}

  /**
   * The policy cannot be used.
   *
   * @param issues every problem by line and column, never empty
   */
  record Invalid(List<Issue> issues) implements PolicyResult {
    public Invalid {
      issues = List.copyOf(issues);
    }
  }
}
