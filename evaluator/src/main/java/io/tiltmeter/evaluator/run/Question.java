package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeOrder;
import io.tiltmeter.policy.probe.Role;
import java.util.ArrayList;
import java.util.List;

/** One probe in one stratum, put to both sides. */
record Question(Probe probe, String stratum, List<Message> messages) {

  Question {
    messages = List.copyOf(messages);
  }

  /** Everything that a plan asks, in the order that its pack fixes; replays come last. */
  static List<Question> all(EvaluationPlan plan) {
    List<Probe> probes = ProbeOrder.of(plan.pack());
    List<Question> questions = new ArrayList<>();
    probes.forEach(probe -> questions.add(of(probe)));
    for (SystemPrompt prompt : plan.systemPrompts()) {
      probes.stream()
          .filter(probe -> probe.kind() == ProbeKind.HARMFUL)
          .forEach(probe -> questions.add(replayed(probe, prompt)));
    }
    return questions;
  }

  /** How many behaviours these questions put, each stratum and kind counted by itself. */
  static int behaviours(List<Question> questions) {
    record Behaviour(String stratum, ProbeKind kind, String name) {}
    return (int)
        questions.stream()
            .map(
                question ->
                    new Behaviour(
                        question.stratum(), question.probe().kind(), question.probe().behaviour()))
            .distinct()
            .count();
  }

  static Question of(Probe probe) {
    return new Question(probe, Observations.PACK, probe.messages());
  }

  /** The probe with this system prompt in place of its own, if it has one. */
  static Question replayed(Probe probe, SystemPrompt prompt) {
    List<Message> messages = new ArrayList<>();
    messages.add(Message.system(prompt.text()));
    probe.messages().stream()
        .filter(message -> message.role() != Role.SYSTEM)
        .forEach(messages::add);
    return new Question(probe, prompt.name(), messages);
  }

  /** Unique within one evaluation. */
  String id() {
    return stratum.equals(Observations.PACK) ? probe.id() : probe.id() + "@" + stratum;
  }

  Ask ask(Side side, boolean mayEndDecided) {
    return new Ask(id(), side, new Ask.Input.Chat(messages), mayEndDecided);
  }
}
