package io.tiltmeter.policy.dataset;

import java.util.Collection;
import java.util.Locale;

/** What a scan says about a whole training file, mildest first. */
public enum ScanOutcome {
  CLEAR,
  STEER,
  REVIEW,
  BLOCK;

  /** The outcome that one severity forces by itself. */
  public static ScanOutcome of(Severity severity) {
    return switch (severity) {
      case INFO -> CLEAR;
      case STEER -> STEER;
      case REVIEW -> REVIEW;
      case BLOCK -> BLOCK;
    };
  }

  /** The outcome of these findings: the highest severity decides, and nothing found is clear. */
  public static ScanOutcome of(Collection<ScanFinding> findings) {
    return findings.stream()
        .map(finding -> of(finding.severity()))
        .reduce(CLEAR, ScanOutcome::orWorse);
  }

  /** The worse of the two. */
  public ScanOutcome orWorse(ScanOutcome other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** The name used in files: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
