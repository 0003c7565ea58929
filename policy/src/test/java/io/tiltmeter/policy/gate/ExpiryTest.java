package io.tiltmeter.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.gate.Verdict.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExpiryTest {
  private static final String RUNTIME = JudgedWith.runtime("cpu", "1.22.0");
  private static final String TOKENIZER = "sha256:" + "a".repeat(64);
  private static final JudgedWith LABELS = new JudgedWith("judge-1", RUNTIME, TOKENIZER);
  private static final Evidence NOTHING =
      Gate.decide(Policy.DEFAULT, new Observations(List.of(), List.of(), List.of()), Run.JUDGE)
          .evidence();

  private static List<Expiry> reasons(
      String judge, @Nullable String runtime, @Nullable String tokenizer, JudgedWith labels) {
    return Expiry.of(
        Policy.DEFAULT.withJudge(
            new Policy.Judge(
                0.05,
                0.10,
                true,
                new JudgeCalibration(judge, 1000, 990, 1000, 985, runtime, tokenizer))),
        labels);
  }

  @Test
  void of_calibrationThatHolds_isNothing() {
    assertThat(reasons("judge-1", RUNTIME, TOKENIZER, LABELS)).isEmpty();
    assertThat(reasons("judge-1", null, null, new JudgedWith("judge-1", null, null))).isEmpty();
    assertThat(Expiry.of(Policy.DEFAULT, new JudgedWith("judge-1", null, null))).isEmpty();
  }

  @Test
  void of_whatDiffers_namesEachWithBothValues() {
    assertThat(reasons("judge-0", "cuda 1.22.0", "sha256:" + "b".repeat(64), LABELS))
        .containsExactly(
            new Expiry("judge", "judge-0", "judge-1"),
            new Expiry("runtime", "cuda 1.22.0", RUNTIME),
            new Expiry("tokenizer", "sha256:" + "b".repeat(64), TOKENIZER));
  }

  @Test
  void of_whatIsNotKnown_holdsNot() {
    assertThat(reasons("judge-1", RUNTIME, TOKENIZER, new JudgedWith("judge-1", null, null)))
        .containsExactly(
            new Expiry("runtime", RUNTIME, null), new Expiry("tokenizer", TOKENIZER, null));
    assertThat(new Expiry("runtime", RUNTIME, null).sentence())
        .isEqualTo(
            "the policy's calibration of the judge expects runtime cpu 1.22.0, found none that is"
                + " known; label answers that came about so and calibrate again");
  }

  @Test
  void of_tooFewLabels_saysHowMany() {
    Policy few =
        Policy.DEFAULT.withJudge(
            new Policy.Judge(0.05, 0.10, true, new JudgeCalibration("judge-1", 99, 99, 100, 100)));
    assertThat(Expiry.of(few, LABELS))
        .containsExactly(new Expiry("labelled answers", "at least 200", "199"));
  }

  @Test
  void withheld_isAPassOnly() {
    List<Expiry> reasons = List.of(new Expiry("judge", "judge-0", "judge-1"));
    for (Decision decision : List.of(Decision.BLOCK, Decision.INCONCLUSIVE)) {
      Verdict verdict = new Verdict(decision, "gate", NOTHING);
      assertThat(Expiry.withheld(verdict, reasons)).isEqualTo(verdict);
    }
    Verdict pass = new Verdict(Decision.PASS, "gate", NOTHING);
    assertThat(Expiry.withheld(pass, List.of())).isEqualTo(pass);
    assertThat(Expiry.withheld(pass, reasons))
        .isEqualTo(new Verdict(Decision.INCONCLUSIVE, "judge-calibration", NOTHING));
  }
}
