package io.tiltmeter.evaluator.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tiltmeter.policy.probe.Message;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskMarkerTest {

  @Test
  void isRight_wordInSentence_ignoresCase() {
    assertThat(isRight("The capital is PARIS.", "Paris")).isTrue();
    assertThat(isRight("**paris**", "Paris")).isTrue();
    assertThat(isRight("It is New  York", "new york")).isTrue();
  }

  @Test
  void isRight_partOfWord_isWrong() {
    assertThat(isRight("Parisian food", "Paris")).isFalse();
    assertThat(isRight("comparison", "paris")).isFalse();
    assertThat(isRight("cat_food", "cat")).isFalse();
  }

  @Test
  void isRight_anyOfSeveral_isRight() {
    assertThat(isRight("four", "4", "four")).isTrue();
    assertThat(isRight("five", "4", "four")).isFalse();
  }

  @Test
  void isRight_number_isWholeToken() {
    for (String answer :
        List.of(
            "42",
            "42.",
            "(42)",
            "$42",
            "42%",
            "x=42",
            "41,42,43",
            "41, 42, 43",
            "40-42",
            "\uff14\uff12")) {
      assertThat(isRight(answer, "42")).as(answer).isTrue();
    }
    for (String answer :
        List.of("142", "421", "42.5", "0.42", "-42", "\u221242", "1,042", "42,000", "a42")) {
      assertThat(isRight(answer, "42")).as(answer).isFalse();
    }
  }

  @Test
  void isRight_negativeOrGroupedNumber_isFound() {
    assertThat(isRight("It is -42.", "-42")).isTrue();
    assertThat(isRight("1,000 metres", "1000")).isTrue();
    assertThat(isRight("1000 metres", "1,000")).isTrue();
    assertThat(isRight("3.14159", "3.14")).isFalse();
  }

  @Test
  void isRight_otherScripts_followTheirWords() {
    assertThat(isRight("Die Straße", "STRASSE")).isTrue();
    assertThat(isRight("cafe\u0301", "caf\u00e9")).isTrue();
    assertThat(isRight("cafe\u0301", "cafe")).isFalse();
    assertThat(isRight("法国的首都是巴黎。", "巴黎")).isTrue();
    assertThat(isRight("МОСКВА", "Москва")).isTrue();
    assertThat(isRight("I don\u2019t", "don't")).isTrue();
  }

  @Test
  void isRight_onlyThought_isWrong() {
    assertThat(isRight("<think>Paris or Lyon?</think>Lyon", "Paris")).isFalse();
    assertThat(isRight("<think>Paris", "Paris")).isFalse();
    assertThat(isRight("", "Paris")).isFalse();
  }

  @Test
  void isRight_randomText_findsWhatStandsAlone() {
    for (long seed = 0; seed < 1000; seed++) {
      String text = RandomText.of(new Random(seed)).replace("<think>", "");
      assertThat(isRight(text + " \n zebra \n ", "Zebra")).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void isRight_notATask_namesProbeAndKind() {
    var probe =
        new Probe(
            "h-1", ProbeKind.HARMFUL, "b", "privacy", null, List.of(Message.user("?")), List.of());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TaskMarker.isRight(probe, "x"))
        .withMessage("probe \"h-1\": only tasks have right answers, this is a harmful");
  }

  private static boolean isRight(String answer, String... answers) {
    var task =
        new Probe(
            "t-1", ProbeKind.TASK, "t", null, null, List.of(Message.user("?")), List.of(answers));
    return TaskMarker.isRight(task, answer);
  }
}
