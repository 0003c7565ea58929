package io.tiltmeter.evaluator.decode;

import java.util.Locale;

/** Which of the two models answers. */
public enum Side {
  BASE,
  TUNED;

  /** The name used in files: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
