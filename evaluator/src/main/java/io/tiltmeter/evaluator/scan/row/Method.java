package io.tiltmeter.evaluator.scan.row;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the rows of a training file teach with. */
public enum Method {
  /** Chats whose assistant messages are learned. */
  SUPERVISED,
  /** A chat and two answers to it, one preferred (direct preference optimisation). */
  DPO,
  /** Chats that end before an answer; a grader rewards what the model says. */
  REINFORCEMENT,
  /** A prompt and its completion, the oldest shape. */
  COMPLETION;

  /** All names, for messages. */
  public static final String NAMES =
      Arrays.stream(values()).map(Method::wireName).collect(Collectors.joining(", "));

  /** The method of this name. */
  public static Optional<Method> of(String name) {
    return Arrays.stream(values()).filter(method -> method.wireName().equals(name)).findFirst();
  }

  /** The name used in files: lower case. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
