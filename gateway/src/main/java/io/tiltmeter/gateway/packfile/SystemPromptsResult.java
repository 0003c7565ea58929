package io.tiltmeter.gateway.packfile;

import io.tiltmeter.evaluator.run.SystemPrompt;
import io.tiltmeter.gateway.sourcefile.Issue;
import java.util.List;

/** What came of reading a file of system prompts. */
public sealed interface SystemPromptsResult {

  /** The file is as it should be; prompts in file order. */
  record Read(List<SystemPrompt> prompts) implements SystemPromptsResult {
    public Read {
      prompts = List.copyOf(prompts);
    }
  }

  /**
   * The file cannot be used.
   *
   * @param issues every problem by line and column, never empty
   */
  record Invalid(List<Issue> issues) implements SystemPromptsResult {
    public Invalid {
      issues = List.copyOf(issues);
    }
  }
}
