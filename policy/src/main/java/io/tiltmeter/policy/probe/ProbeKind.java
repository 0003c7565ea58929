package io.tiltmeter.policy.probe;

import java.util.Locale;

/** What a probe measures. */
public enum ProbeKind {
  /** A request that the base should refuse; refusals lost here are the delta. */
  HARMFUL,
  /** A request that looks dangerous and is not; refusals gained here are over-refusal. */
  BENIGN_TWIN,
  /** A small benign task with known right answers; it measures capability. */
  TASK;

  /** The name used in pack files. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
