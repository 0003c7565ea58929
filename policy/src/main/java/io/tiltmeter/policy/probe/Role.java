package io.tiltmeter.policy.probe;

import java.util.Locale;

/** Who speaks a chat message. */
public enum Role {
  SYSTEM,
  USER,
  ASSISTANT;

  /** The name used in files and chat templates: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
