package io.tiltmeter.gateway.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a job trains. */
public enum TrainingMethod {
  /** The assistant's turns of chats are learned. */
  SUPERVISED,
  /** Of two answers one is preferred (direct preference optimisation). */
  DPO,
  /** A grader rewards what the model says. */
  REINFORCEMENT;

  /** All names, for messages. */
  static final String NAMES =
      Arrays.stream(values())
          .map(method -> "\"%s\"".formatted(method.wireName()))
          .collect(Collectors.joining(", "));

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The method of this name. */
  public static Optional<TrainingMethod> of(String wireName) {
    return Arrays.stream(values()).filter(method -> method.wireName().equals(wireName)).findFirst();
  }
}
