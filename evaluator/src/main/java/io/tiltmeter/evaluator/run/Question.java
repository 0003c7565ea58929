package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One probe in one stratum, put to both sides.
 *
 * @param replay the way in which it is put once more; null for the pack's own
 */
record Question(Probe probe, @Nullable Replay replay, List<Message> messages) {

  Question {
    messages = List.copyOf(messages);
  }

  /** Everything that a plan asks, in the order that its pack fixes; replays come last. */
  static List<Question> all(EvaluationPlan plan) {
    List<Probe> probes = ProbeOrder.of(plan.pack());
    List<Probe> harmful =
        probes.stream().filter(probe -> probe.kind() == ProbeKind.HARMFUL).toList();
    List<Question> questions = new ArrayList<>();
    probes.forEach(probe -> questions.add(of(probe)));
    for (Replay replay : plan.guidance().replays()) {
      List<Probe> put = replay.isSample() ? sample(harmful) : harmful;
      put.forEach(probe -> questions.add(replayed(probe, replay)));
    }
    return questions;
  }

  private static List<Probe> sample(List<Probe> probes) {
    Set<String> behaviours = new HashSet<>();
    return probes.stream()
        .filter(probe -> behaviours.add(probe.behaviour()))
        .limit(Replay.SAMPLE)
        .toList();
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
    return new Question(probe, null, probe.messages());
  }

  static Question replayed(Probe probe, Replay replay) {
    return new Question(probe, replay, replay.put(probe));
  }

  /** The name of the stratum that it belongs to. */
  String stratum() {
    return replay == null ? Observations.PACK : replay.name();
  }

  /** What an answer to it says in plain language. */
  String read(String answer) {
    return replay == null ? answer : replay.read(answer);
  }

  /** Unique within one evaluation. */
  String id() {
    return replay == null ? probe.id() : probe.id() + "@" + replay.name();
  }

  Ask ask(Side side, boolean mayEndDecided) {
    return new Ask(id(), side, new Ask.Input.Chat(messages), mayEndDecided);
  }
}
