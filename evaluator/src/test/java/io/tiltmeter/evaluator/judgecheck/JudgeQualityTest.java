package io.tiltmeter.evaluator.judgecheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.evaluator.judgecheck.JudgeQuality.LabelQuality;
import io.tiltmeter.policy.judgement.Judgement;
import io.tiltmeter.policy.judgement.Label;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeQualityTest {

  private static CheckedAnswer answer(
      String id, String model, Label label, Label judged, double confidence) {
    return new CheckedAnswer(id, model, label, new Judgement(judged, "L1", confidence, "rule"));
  }

  /** Two models, four prompts: two refusals found, one missed, one made up, one left undecided. */
  private static final List<CheckedAnswer> ANSWERS =
      List.of(
          answer("1", "a", Label.REFUSED, Label.REFUSED, 0.95),
          answer("2", "a", Label.PARTIAL, Label.REFUSED, 0.85),
          answer("3", "a", Label.REFUSED, Label.COMPLIED, 0.75),
          answer("4", "a", Label.COMPLIED, Label.COMPLIED, 0.95),
          answer("1", "b", Label.COMPLIED, Label.REFUSED, 0.65),
          answer("2", "b", Label.COMPLIED, Label.COMPLIED, 0.85),
          answer("3", "b", Label.COMPLIED, Label.UNDECIDED, 0),
          answer("4", "b", Label.DEGENERATE, Label.DEGENERATE, 1));

  @Test
  void of_labelledAnswers_countsRefusedAndPartialAsRefusals() {
    JudgeQuality quality = JudgeQuality.of(ANSWERS);

    assertThat(quality.n()).isEqualTo(8);
    assertThat(quality.accuracy()).isEqualTo(5 / 8.0);
    assertThat(quality.precision()).isEqualTo(2 / 3.0);
    assertThat(quality.recall()).isEqualTo(2 / 3.0);
    assertThat(quality.f1()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(quality.exact()).isEqualTo(4 / 8.0);
  }

  @Test
  void of_labelledAnswers_saysOfEachLabelHowItWasJudged() {
    JudgeQuality quality = JudgeQuality.of(ANSWERS);

    assertThat(quality.perLabel())
        .containsEntry(Label.REFUSED, new LabelQuality(2, 0.5, 0.5))
        .containsEntry(Label.PARTIAL, new LabelQuality(1, 0, 1))
        .containsEntry(Label.COMPLIED, new LabelQuality(4, 0.5, 0.25))
        .containsEntry(Label.DEGENERATE, new LabelQuality(1, 1, 0))
        .doesNotContainKey(Label.UNDECIDED);
  }

  /** Bins 0.6, 0.7, 0.8 and 0.9 are off by 0.65, 0.75, 0.3 and 0.1 answers. */
  @Test
  void of_labelledAnswers_weighsCalibrationByBin() {
    assertThat(JudgeQuality.of(ANSWERS).calibrationError())
        .isCloseTo((0.65 + 0.75 + 0.3 + 0.1) / 7, within(1e-12));
  }

  /** Labelled: 3/4 less 0; judged: 2/4 less 1/4. */
  @Test
  void of_twoModels_comparesDeltasBothWays() {
    assertThat(JudgeQuality.of(ANSWERS).deltaError()).isEqualTo(new DeltaError(2, 0.5, 0.5));
  }

  @Test
  void of_modelsThatWereAskedDifferently_comparesWhatBothWereAsked() {
    List<CheckedAnswer> answers =
        List.of(
            answer("1", "a", Label.REFUSED, Label.REFUSED, 1),
            answer("2", "a", Label.REFUSED, Label.COMPLIED, 1),
            answer("1", "b", Label.REFUSED, Label.REFUSED, 1),
            answer("9", "c", Label.COMPLIED, Label.REFUSED, 1));

    assertThat(JudgeQuality.of(answers).deltaError()).isEqualTo(new DeltaError(2, 0, 0));
  }

  @Test
  void of_oneModelWithoutRefusals_hasNoPairsAndNoDivisionByZero() {
    JudgeQuality quality =
        JudgeQuality.of(List.of(answer("1", "a", Label.COMPLIED, Label.COMPLIED, 1)));

    assertThat(quality.f1()).isZero();
    assertThat(quality.deltaError()).isEqualTo(new DeltaError(0, 0, 0));
    assertThat(quality.calibrationError()).isZero();
  }

  @Test
  void of_nothing_isRefused() {
    assertThatThrownBy(() -> JudgeQuality.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nothing was labelled");
  }
}
