package io.tiltmeter.evaluator.scan.row;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who speaks a message of a training example. */
public enum Speaker {
  SYSTEM,
  /** What newer files call the system. */
  DEVELOPER,
  USER,
  ASSISTANT,
  TOOL,
  FUNCTION;

  static Optional<Speaker> of(String name) {
    return Arrays.stream(values()).filter(speaker -> speaker.wireName().equals(name)).findFirst();
  }

  /** Whether the provider of a product speaks, not its user. */
  public boolean isSystem() {
    return this == SYSTEM || this == DEVELOPER;
  }

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
