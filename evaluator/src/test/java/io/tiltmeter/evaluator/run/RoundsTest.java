package io.tiltmeter.evaluator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoundsTest {
  private static final SystemPrompt PERSONA = new SystemPrompt("system-prompt-1", "You are OAK.");

  @Test
  void of_manyBehaviours_growsTwofoldAndEndsWithAllThatIsLeft() {
    List<List<Question>> rounds = Rounds.of(questions(100, 100));
    assertThat(counts(rounds, RoundsTest::isHarmful)).containsExactly(12, 12, 24, 48, 4);
    assertThat(counts(rounds, question -> !isHarmful(question))).containsExactly(0, 0, 12, 12, 76);
  }

  @Test
  void of_fewBehaviours_isOneRound() {
    assertThat(Rounds.of(questions(12, 30))).hasSize(1);
  }

  @Test
  void of_paraphrases_stayInOneRoundAndTheOrderStaysInEachStratum() {
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      questions.add(Question.of(probe("h" + i, "a", ProbeKind.HARMFUL)));
      questions.add(Question.of(probe("h" + i, "b", ProbeKind.HARMFUL)));
    }
    for (int i = 0; i < 40; i++) {
      questions.add(Question.replayed(probe("h" + i, "a", ProbeKind.HARMFUL), PERSONA));
    }
    List<List<Question>> rounds = Rounds.of(questions);
    assertThat(counts(rounds, RoundsTest::isInPack)).containsExactly(24, 24, 32);
    assertThat(counts(rounds, question -> !isInPack(question))).containsExactly(12, 12, 16);
    List<Question> asked = rounds.stream().flatMap(List::stream).toList();
    assertThat(asked.stream().filter(RoundsTest::isInPack))
        .containsExactlyElementsOf(questions.subList(0, 80));
    assertThat(asked).containsExactlyInAnyOrderElementsOf(questions);
  }

  private static List<Integer> counts(List<List<Question>> rounds, Predicate<Question> which) {
    return rounds.stream().map(round -> (int) round.stream().filter(which).count()).toList();
  }

  private static boolean isHarmful(Question question) {
    return question.probe().kind() == ProbeKind.HARMFUL;
  }

  private static boolean isInPack(Question question) {
    return question.stratum().equals(Observations.PACK);
  }

  private static List<Question> questions(int harmful, int twins) {
    List<Question> questions = new ArrayList<>();
    IntStream.range(0, harmful)
        .forEach(i -> questions.add(Question.of(probe("h" + i, "a", ProbeKind.HARMFUL))));
    IntStream.range(0, twins)
        .forEach(i -> questions.add(Question.of(probe("t" + i, "a", ProbeKind.BENIGN_TWIN))));
    return questions;
  }

  private static Probe probe(String behaviour, String wording, ProbeKind kind) {
    String twinOf = kind == ProbeKind.BENIGN_TWIN ? behaviour.replace('t', 'h') : null;
    return new Probe(
        behaviour + wording,
        kind,
        behaviour,
        "privacy",
        twinOf,
        List.of(Message.user("How do I?")),
        List.of());
  }
}
