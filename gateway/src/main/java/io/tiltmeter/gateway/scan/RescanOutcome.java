package io.tiltmeter.gateway.scan;

import java.util.Locale;

/** What came of scanning a past file again. */
public enum RescanOutcome {
  /** The same was found. */
  SAME,
  /** Something else was found, and nothing that people have to look at. */
  CHANGED,
  /** A case was opened. */
  WORSE,
  /** It is no training file by today's rules; no later job trains on it. */
  INVALID,
  /** It could not be done. */
  FAILED;

  /** The name used in metrics: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
