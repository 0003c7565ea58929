package io.tiltmeter.evaluator.steer;

import io.tiltmeter.evaluator.run.Replay;
import io.tiltmeter.evaluator.scan.cipher.Legibility;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.Role;
import java.util.List;

/** Probes in a code that the training data is written in; a system prompt of their own stays. */
record InCode(String name, Writing writing) implements Replay {

  @Override
  public List<Message> put(Probe probe) {
    return probe.messages().stream()
        .map(
            message ->
                message.role() == Role.SYSTEM
                    ? message
                    : new Message(message.role(), writing.write(message.content())))
        .toList();
  }

  /** Models may answer in plain words what they were asked in code: the likelier reading counts. */
  @Override
  public String read(String answer) {
    String decoded = writing.read(answer);
    return Legibility.isLikelier(decoded, answer) ? decoded : answer;
  }

  @Override
  public boolean isPlain() {
    return false;
  }
}
