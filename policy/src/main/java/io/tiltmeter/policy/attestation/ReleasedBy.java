package io.tiltmeter.policy.attestation;

import java.util.Locale;

/** What let a model out. */
public enum ReleasedBy {
  /** The verdict was pass. */
  GATE,
  /** Two people released it although the verdict was not pass. */
  OVERRIDE;

  /** The name used in files: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
