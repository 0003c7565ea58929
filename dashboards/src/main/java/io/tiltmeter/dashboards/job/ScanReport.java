package io.tiltmeter.dashboards.job;

import io.tiltmeter.dashboards.look.Icon;
import io.tiltmeter.dashboards.look.Tone;
import java.util.List;

/**
 * What the scan found in the training file; the customer's text is not in it.
 *
 * @param file the name under which it was uploaded
 * @param examples rows read
 * @param outcome the highest severity found
 * @param findings most severe first
 */
public record ScanReport(String file, long examples, Severity outcome, List<Finding> findings) {

  public ScanReport {
    findings = List.copyOf(findings);
  }

  /** The findings that hold a job back. */
  public List<Finding> grounds() {
    return findings.stream()
        .filter(finding -> finding.severity().compareTo(Severity.REVIEW) >= 0)
        .toList();
  }

  /** What a finding does to the job. */
  public enum Severity {
    CLEAR("Clear", Tone.GOOD, Icon.CHECK),
    INFO("For information", Tone.NEUTRAL, Icon.INFO),
    STEER("Adds probes", Tone.LIVE, Icon.STEER),
    REVIEW("Needs review", Tone.CAUTION, Icon.PAUSE),
    BLOCK("Blocks", Tone.BAD, Icon.STOP);

    private final String text;
    private final Tone tone;
    private final Icon icon;

    Severity(String text, Tone tone, Icon icon) {
      this.text = text;
      this.tone = tone;
      this.icon = icon;
    }

    /** What people read. */
    public String text() {
      return text;
    }

    /** The colour. */
    public Tone tone() {
      return tone;
    }

    /** The shape beside the text. */
    public Icon icon() {
      return icon;
    }
  }

  /**
   * What one detector found.
   *
   * @param count rows concerned; may exceed the lines listed
   * @param lines line numbers, ascending, from 1
   */
  public record Finding(
      String detector, Severity severity, long count, List<Integer> lines, String message) {
    public Finding {
      lines = List.copyOf(lines);
    }
  }
}
