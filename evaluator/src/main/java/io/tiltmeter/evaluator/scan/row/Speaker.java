package io.tiltmeter.evaluator.scan.row;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who speaks a message of a training example. */
public enum Speaker {
  SYSTEM,
  /** What newer files call the system. */
  DEVELOPER,
  USER,
  ASSISTANT,
  TOOL,
  FUNCTION;

  private static final Map<String, Optional<Speaker>> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(Speaker::wireName, Optional::of));

  private final String wireName = name().toLowerCase(Locale.ROOT);

  static Optional<Speaker> of(String name) {
    return BY_NAME.getOrDefault(name, Optional.empty());
  }

  /** Whether the provider of a product speaks, not its user. */
  public boolean isSystem() {
    return this == SYSTEM || this == DEVELOPER;
  }

  String wireName() {
    return wireName;
  }
}
