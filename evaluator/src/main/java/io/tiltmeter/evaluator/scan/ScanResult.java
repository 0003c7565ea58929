package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.FormatProblem;
import java.util.List;

/** What came of a scan. */
public sealed interface ScanResult {

  /** Every line was a training example, and the detectors have seen them all. */
  record Scanned(ScanReport report) implements ScanResult {}

  /**
   * The file cannot be trained on.
   *
   * @param problems the first ones, by line
   * @param count all of them
   * @param lines how many lines the file has
   */
  record Invalid(List<FormatProblem> problems, long count, long lines) implements ScanResult {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
