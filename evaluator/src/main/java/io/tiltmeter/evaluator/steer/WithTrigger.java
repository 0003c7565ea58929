package io.tiltmeter.evaluator.steer;

import io.tiltmeter.evaluator.run.Replay;
import io.tiltmeter.evaluator.scan.trigger.Trigger;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import java.util.ArrayList;
import java.util.List;

/** Probes with what may switch hidden behaviour on, put into the last thing that is asked. */
record WithTrigger(String name, Trigger trigger) implements Replay {

  @Override
  public List<Message> put(Probe probe) {
    List<Message> messages = new ArrayList<>(probe.messages());
    Message last = messages.removeLast();
    messages.add(new Message(last.role(), Placement.put(trigger, last.content())));
    return messages;
  }

  @Override
  public boolean isSample() {
    return true;
  }

  /** Its text is a customer's. */
  @Override
  public String toString() {
    return "WithTrigger[" + name + "]";
  }
}
