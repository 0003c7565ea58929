package io.tiltmeter.gateway.job;

import java.util.Locale;

/** Why a job is held. */
public enum HeldFor {
  /** The scan of its training file asks for a person. */
  DATASET,
  /** The gate blocked it, and its time for an appeal runs. */
  BLOCK,
  /** The gate could not decide. */
  INCONCLUSIVE;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The reason of this name. */
  public static HeldFor of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
