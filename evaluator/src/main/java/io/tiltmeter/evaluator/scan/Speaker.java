package io.tiltmeter.evaluator.scan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who speaks a message of a training example. */
enum Speaker {
  SYSTEM,
  USER,
  ASSISTANT,
  TOOL,
  FUNCTION;

  /** All names, for messages. */
  static final String NAMES =
      Arrays.stream(values()).map(Speaker::wireName).collect(Collectors.joining(", "));

  static Optional<Speaker> of(String name) {
    return Arrays.stream(values()).filter(speaker -> speaker.wireName().equals(name)).findFirst();
  }

  private String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
