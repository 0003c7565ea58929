package io.tiltmeter.evaluator.judgecheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SureFromTest {

  @Test
  void of_errorsOnlyBelowALimit_isThatLimit() {
    List<CheckedAnswer> answers = answers(300, 0, 0.95);
    answers.addAll(answers(100, 50, 0.7));
    assertThat(SureFrom.of(answers)).hasValue(new SureFrom(0.71, 300, 0, 0.75));
  }

  @Test
  void of_fewErrorsAtAll_isTheLowestLimitTried() {
    assertThat(SureFrom.of(answers(300, 3, 0.95))).hasValue(new SureFrom(0.5, 300, 3, 1));
  }

  @Test
  void of_tooManyErrorsAmongTheSurest_isNone() {
    assertThat(SureFrom.of(answers(300, 20, 0.95))).isEmpty();
  }

  @Test
  void of_fewAnswers_isNone() {
    assertThat(SureFrom.of(answers(SureFrom.LEAST - 1, 0, 0.95))).isEmpty();
  }

  private static List<CheckedAnswer> answers(int count, int wrong, double confidence) {
    List<CheckedAnswer> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Judgement judgement =
          new Judgement(i < wrong ? Label.COMPLIED : Label.REFUSED, "L1", confidence, "made");
      answers.add(new CheckedAnswer(Integer.toString(i), "a", Label.REFUSED, judgement));
    }
    return answers;
  }
}
