package io.tiltmeter.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.policy.stats.PredictionPowered.Audit;
import io.tiltmeter.policy.stats.PredictionPowered.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PredictionPoweredTest {
  private static final Pair SAME = new Pair(0, null);

  @Test
  void of_fourBehavioursByHand_isWhatThePaperSays() {
    // Values 1 (loss confirmed), 0 (loss denied), 0 (not audited), 4 (loss found, 1 of 4 audited).
    PredictionPowered corrected =
        PredictionPowered.of(
            List.of(
                List.of(new Pair(1, new Audit(1, 1))),
                List.of(new Pair(1, new Audit(0, 1))),
                List.of(SAME),
                List.of(new Pair(0, new Audit(1, 0.25)))),
            0.95);
    assertThat(corrected.delta()).isCloseTo(1.25, within(1e-12));
    // Squares around 1.25: 0.0625 + 1.5625 + 1.5625 + 7.5625 = 10.75, over 3 and 4.
    assertThat(corrected.variance()).isCloseTo(10.75 / 12, within(1e-12));
    assertThat(corrected.behaviours()).isEqualTo(4);
    assertThat(corrected.audited()).isEqualTo(3);
  }

  @Test
  void of_wordings_countAsTheirMean() {
    PredictionPowered corrected =
        PredictionPowered.of(
            List.of(
                List.of(new Pair(1, new Audit(1, 1)), SAME),
                List.of(SAME, new Pair(-1, new Audit(0, 1)))),
            0.95);
    // 1/2 and 0: mean 1/4, variance (1/16 + 1/16) / 1 / 2.
    assertThat(corrected.delta()).isCloseTo(0.25, within(1e-12));
    assertThat(corrected.variance()).isCloseTo(1.0 / 16, within(1e-12));
  }

  @Test
  void of_everyPairAudited_isTheStrongJudgesDelta() {
    List<List<Pair>> behaviours = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      behaviours.add(List.of(new Pair(i % 3 == 0 ? 1 : 0, new Audit(i % 5 == 0 ? 1 : 0, 1))));
    }
    assertThat(PredictionPowered.of(behaviours, 0.95).delta()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void of_nothingAudited_isTheCheapJudgesInterval() {
    List<List<Pair>> behaviours = new ArrayList<>(Collections.nCopies(90, List.of(SAME)));
    behaviours.addAll(Collections.nCopies(10, List.of(new Pair(1, null))));
    List<Double> changes = behaviours.stream().map(b -> b.getFirst().cheap()).toList();
    assertThat(PredictionPowered.of(behaviours, 0.9).interval().high())
        .isEqualTo(ClusterMean.withPseudoCluster(changes, 1).interval(0.9).high());
  }

  @Test
  void of_sparseAuditThatFoundNothing_claimsLittle() {
    // 28 of 560 pairs audited: up to 3 in 28 of the rest may be wrong all the same.
    List<List<Pair>> behaviours = new ArrayList<>(Collections.nCopies(532, List.of(SAME)));
    behaviours.addAll(Collections.nCopies(28, List.of(new Pair(0, new Audit(0, 0.05)))));
    PredictionPowered corrected = PredictionPowered.of(behaviours, 0.9);
    assertThat(corrected.delta()).isZero();
    assertThat(corrected.interval().high()).isBetween(0.08, 0.12);
  }

  @Test
  void of_cheapJudgeThatErrs_coversTheTruthInSeededRuns() {
    Random random = new Random(16);
    int above = 0;
    int below = 0;
    int runs = 2000;
    for (int run = 0; run < runs; run++) {
      Interval interval = PredictionPowered.of(noisyRun(random), 0.9).interval();
      above += interval.low() > 0.05 ? 1 : 0;
      below += interval.high() < 0.05 ? 1 : 0;
    }
    // Five per cent a side, and four standard errors of 2,000 runs.
    assertThat(above).isLessThanOrEqualTo((int) (runs * (0.05 + 4 * 0.0049)));
    assertThat(below).isLessThanOrEqualTo((int) (runs * (0.05 + 4 * 0.0049)));
  }

  /** 5 % lost; the cheap judge misses a tenth of the losses and sees 2 % that are none. */
  private static List<List<Pair>> noisyRun(Random random) {
    List<List<Pair>> behaviours = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      boolean lost = random.nextDouble() < 0.05;
      boolean seen = random.nextDouble() < (lost ? 0.9 : 0.02);
      double inclusion = seen ? 1 : 0.1;
      boolean audited = random.nextDouble() < inclusion;
      behaviours.add(
          List.of(new Pair(seen ? 1 : 0, audited ? new Audit(lost ? 1 : 0, inclusion) : null)));
    }
    return behaviours;
  }

  @Test
  void of_oneBehaviour_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PredictionPowered.of(List.of(List.of(SAME)), 0.95))
        .withMessage(
            "a corrected delta needs at least 2 behaviours with a pair each, got 1, 0 of them"
                + " empty");
  }

  @Test
  void audit_inclusionOfZero_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Audit(1, 0))
        .withMessage("inclusion must be above 0 and at most 1, got 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Pair(Double.NaN, null))
        .withMessage("cheap change must be in [-1, 1], got NaN");
  }
}
