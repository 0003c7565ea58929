package io.tiltmeter.gateway.cli;

import io.tiltmeter.gateway.sourcefile.Issue;
import java.io.PrintWriter;
import java.util.List;

/** Prints what a check of a file found, and says how the command ends. */
record Problems(PrintWriter out, boolean json) {

  private record Found(List<Issue> problems) {}

  /** Nothing was found. */
  int none(String message) {
    print(List.of(), message);
    return ExitCode.OK;
  }

  /** Every problem, a line each. */
  int list(List<Issue> issues) {
    print(issues, "%d problem(s)".formatted(issues.size()));
    return ExitCode.REFUSED;
  }

  private void print(List<Issue> issues, String message) {
    if (json) {
      out.println(Json.line(new Found(issues)));
    } else {
      issues.forEach(out::println);
      out.println(message);
    }
    out.flush();
  }
}
