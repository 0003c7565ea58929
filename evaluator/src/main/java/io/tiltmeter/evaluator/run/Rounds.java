package io.tiltmeter.evaluator.run;

import io.tiltmeter.policy.probe.ProbeKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The same questions in rounds, after each of which the gate is looked at.
 *
 * <p>A round goes on in every stratum where the last one stopped, so that within a stratum the
 * order stays the one that the pack fixed, and holds whole behaviours. Rounds grow twofold: a model
 * that lost all refusals is known after the first, and a sound one is not slowed down by many.
 * Twins and tasks, which seldom decide, join in the third round; the last one asks all that is
 * left.
 */
final class Rounds {
  /** Harmful behaviours of the first round: a few more than a total loss takes to be proven. */
  static final int FIRST = 12;

  /** The round, counted from 0, in which twins and tasks join. */
  private static final int OTHERS_FROM = 2;

  private final List<List<Question>> rounds = new ArrayList<>();

  private Rounds() {}

  /** All questions, each in one round; at least one round. */
  static List<List<Question>> of(List<Question> questions) {
    Rounds rounds = new Rounds();
    rounds.fill(streams(questions));
    return rounds.rounds;
  }

  /** Behaviours that are put one after the other: of one kind, in one stratum. */
  private static final class Stream {
    private final boolean harmful;
    private final List<List<Question>> behaviours;
    private int taken;

    Stream(boolean harmful, List<List<Question>> behaviours) {
      this.harmful = harmful;
      this.behaviours = behaviours;
    }

    List<Question> upTo(int count) {
      int end = Math.clamp(count, taken, behaviours.size());
      List<Question> next = behaviours.subList(taken, end).stream().flatMap(List::stream).toList();
      taken = end;
      return next;
    }

    boolean isOver() {
      return taken == behaviours.size();
    }
  }

  private static List<Stream> streams(List<Question> questions) {
    record Key(String stratum, ProbeKind kind) {}
    Map<Key, Map<String, List<Question>>> sorted = new LinkedHashMap<>();
    for (Question question : questions) {
      sorted
          .computeIfAbsent(
              new Key(question.stratum(), question.probe().kind()), _ -> new LinkedHashMap<>())
          .computeIfAbsent(question.probe().behaviour(), _ -> new ArrayList<>())
          .add(question);
    }
    return sorted.entrySet().stream()
        .map(
            entry ->
                new Stream(
                    entry.getKey().kind() == ProbeKind.HARMFUL,
                    List.copyOf(entry.getValue().values())))
        .toList();
  }

  private void fill(List<Stream> streams) {
    for (int round = 0; round == 0 || !streams.stream().allMatch(Stream::isOver); round++) {
      int harmful = FIRST << round;
      int others = round < OTHERS_FROM ? 0 : FIRST << (round - OTHERS_FROM);
      boolean last =
          streams.stream()
              .filter(stream -> stream.harmful)
              .allMatch(stream -> stream.behaviours.size() <= harmful);
      List<Question> asked = new ArrayList<>();
      for (Stream stream : streams) {
        int target = stream.harmful ? harmful : others;
        asked.addAll(stream.upTo(last ? stream.behaviours.size() : target));
      }
      rounds.add(asked);
    }
  }
}
