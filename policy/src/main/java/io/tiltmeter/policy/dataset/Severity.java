package io.tiltmeter.policy.dataset;

import java.util.Locale;

/** How much a finding asks for, mildest first. */
public enum Severity {
  /** Worth knowing; nothing follows. */
  INFO,
  /** The evaluation asks more. */
  STEER,
  /** A person looks before anything trains on the file. */
  REVIEW,
  /** Nothing trains on the file. */
  BLOCK;

  /** The milder of this and {@code cap}. */
  public Severity atMost(Severity cap) {
    return compareTo(cap) <= 0 ? this : cap;
  }

  /** The name used in files: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
