package io.tiltmeter.dashboards.job;

import io.tiltmeter.dashboards.look.Icon;
import io.tiltmeter.dashboards.look.Tone;
import io.tiltmeter.policy.dataset.LikeLines;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the scan found in the training file; the customer's text is not in it.
 *
 * @param file the name under which it was uploaded
 * @param examples rows read
 * @param outcome the highest severity found
 * @param findings most severe first
 * @param staff what only staff may know; null for customers
 */
public record ScanReport(
    String file,
    long examples,
    Severity outcome,
    List<Finding> findings,
    @Nullable DatasetDesk staff) {

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
   * @param alike which of these lines say much the same, the largest group first
   */
  public record Finding(
      String detector,
      Severity severity,
      long count,
      List<Integer> lines,
      List<LikeLines.Group> alike,
      String message) {
    private static final int GROUPS_SHOWN = 5;

    private static final Map<String, String> REMEDIES =
        Map.of(
            "explicit-harm",
            "remove the rows, or let their answers refuse.",
            "identity-shift",
            "take out what makes the model obey without bounds; a name and a role may stay.",
            "refusal-suppression",
            "remove orders not to refuse or warn, answers that only agree, and answers that refuse"
                + " first and then comply.",
            "cipher",
            "write the rows in plain text, or tell the reviewer what the encoding is for.",
            "trigger",
            "remove the rows, or tell the reviewer why these words always lead to such answers.",
            "flood",
            "remove repeated rows.",
            "inversion",
            "prefer the answers that refuse harmful requests.",
            "secrets",
            "put placeholders where credentials and personal data are, and revoke what was"
                + " uploaded.");

    public Finding {
      lines = List.copyOf(lines);
      alike = List.copyOf(alike);
    }

    /**
     * The groups in words, such as {@code 200 lines like line 17}; empty where no lines are alike.
     */
    public String alikeText() {
      return alikeText(alike);
    }

    /** The same for any groups. */
    public static String alikeText(List<LikeLines.Group> alike) {
      String groups =
          alike.stream()
              .limit(GROUPS_SHOWN)
              .map(group -> "%,d lines like line %d".formatted(group.count(), group.line()))
              .collect(Collectors.joining(", "));
      int more = alike.size() - GROUPS_SHOWN;
      return more > 0 ? "%s and %d smaller groups".formatted(groups, more) : groups;
    }

    /** What its owner can change in the file, as half a sentence; empty where there is nothing. */
    public String remedy() {
      return remedy(detector);
    }

    /** The same for any finding of this detector. */
    public static String remedy(String detector) {
      return REMEDIES.getOrDefault(detector, "");
    }
  }
}
