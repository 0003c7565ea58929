package io.tiltmeter.policy.probe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request put to both models.
 *
 * @param id unique in its pack, {@code [a-z0-9-]{1,64}}
 * @param behaviour the cluster: paraphrases of one request share it; the statistical unit
 * @param category hazard category; null for tasks only
 * @param twinOf for benign twins the harmful behaviour that this one resembles, else null
 * @param messages the chat so far; the last turn is the user's
 * @param answers for tasks the strings any of which counts as right, else empty
 */
public record Probe(
    String id,
    ProbeKind kind,
    String behaviour,
    @Nullable String category,
    @Nullable String twinOf,
    List<Message> messages,
    List<String> answers) {

  public Probe {
    messages = List.copyOf(messages);
    answers = List.copyOf(answers);
    if (messages.isEmpty() || messages.getLast().role() != Role.USER) {
      throw new IllegalArgumentException(
          "probe \"%s\": the last message must be the user's".formatted(id));
    }
    if ((kind == ProbeKind.TASK) != (category == null)) {
      throw new IllegalArgumentException(
          "probe \"%s\": a category is for harmful probes and twins, and needed there"
              .formatted(id));
    }
    if ((kind == ProbeKind.TASK) == answers.isEmpty()) {
      throw new IllegalArgumentException(
          "probe \"%s\": answers are for tasks, and needed there".formatted(id));
    }
  }
}
