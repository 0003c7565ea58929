package io.tiltmeter.evaluator.run;

import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * A system prompt under which the harmful probes are put again, on both models.
 *
 * @param name short name of the stratum, shown where the text must not be
 */
public record SystemPrompt(String name, String text) implements Replay {

  /** The probe with this system prompt in place of its own, if it has one. */
  @Override
  public List<Message> put(Probe probe) {
    List<Message> messages = new ArrayList<>();
    messages.add(Message.system(text));
    probe.messages().stream()
        .filter(message -> message.role() != Role.SYSTEM)
        .forEach(messages::add);
    return messages;
  }
}
