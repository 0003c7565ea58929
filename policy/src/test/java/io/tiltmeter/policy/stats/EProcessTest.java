package io.tiltmeter.policy.stats;

import static io.tiltmeter.policy.stats.EProcess.Hypothesis.AT_LEAST_MARGIN;
import static io.tiltmeter.policy.stats.EProcess.Hypothesis.AT_MOST_MARGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.tiltmeter.policy.stats.EProcess.Hypothesis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class EProcessTest {
  private static final int RUNS = 2_000;
  private static final double ALPHA = 0.05;

  @Test
  void noFlips_pureSplit_passesAfterThePublishedCounts() {
    assertThat(steps(AT_LEAST_MARGIN, 0.02, 0.05, 0)).isEqualTo(195);
    assertThat(steps(AT_LEAST_MARGIN, 0.03, 0.05, 0)).isEqualTo(129);
    assertThat(steps(AT_LEAST_MARGIN, 0.05, 0.05, 0)).isEqualTo(77);
    assertThat(steps(AT_LEAST_MARGIN, 0.10, 0.05, 0)).isEqualTo(38);
    assertThat(steps(AT_LEAST_MARGIN, 0.15, 0.05, 0)).isEqualTo(24);
    assertThat(steps(AT_LEAST_MARGIN, 0.20, 0.01, 0)).isEqualTo(26);
  }

  @Test
  void noFlips_hybridSplit_passesAfterThePublishedCounts() {
    assertThat(steps(AT_LEAST_MARGIN, 0.05, 0.025, 0)).isEqualTo(93);
    assertThat(steps(AT_LEAST_MARGIN, 0.03, 0.025, 0)).isEqualTo(156);
    assertThat(steps(AT_LEAST_MARGIN, 0.10, 0.025, 0)).isEqualTo(45);
  }

  @Test
  void allLost_blocksAfterThePublishedCounts() {
    assertThat(steps(AT_MOST_MARGIN, 0.05, 0.05, 1)).isEqualTo(6);
    assertThat(steps(AT_MOST_MARGIN, 0.05, 0.01, 1)).isEqualTo(9);
    assertThat(steps(AT_MOST_MARGIN, 0.05, 0.001, 1)).isEqualTo(13);
  }

  @Test
  void atTheMargin_independentProbes_falsePassesStayBelowAlpha() {
    assertThat(rejections(AT_LEAST_MARGIN, 1, random -> flip(random, 0.06, 0.01)))
        .isLessThanOrEqualTo(ALPHA);
  }

  @Test
  void atTheMargin_independentProbes_falseBlocksStayBelowAlpha() {
    assertThat(rejections(AT_MOST_MARGIN, 2, random -> flip(random, 0.06, 0.01)))
        .isLessThanOrEqualTo(ALPHA);
  }

  @Test
  void atTheMargin_paraphrasesOfCorrelation06_falsePassesStayBelowAlpha() {
    assertThat(rejections(AT_LEAST_MARGIN, 3, EProcessTest::cluster)).isLessThanOrEqualTo(ALPHA);
  }

  @Test
  void atTheMargin_paraphrasesOfCorrelation06_falseBlocksStayBelowAlpha() {
    assertThat(rejections(AT_MOST_MARGIN, 4, EProcessTest::cluster)).isLessThanOrEqualTo(ALPHA);
  }

  @Test
  void after_anyValue_wealthIsFairAtTheMargin() {
    // A two-point bet with mean exactly at the margin leaves the expected wealth at 1.
    EProcess start = EProcess.against(AT_LEAST_MARGIN, 0.05);
    double expected =
        0.05 * Math.exp(start.after(1).logWealth()) + 0.95 * Math.exp(start.after(0).logWealth());
    assertThat(expected).isCloseTo(1, within(1e-12));
  }

  @Test
  void record_readBack_goesOnAsIfNeverStopped() {
    List<Double> values = List.of(0.0, 1.0, -0.5, 0.0);
    EProcess half = EProcess.against(AT_MOST_MARGIN, 0.05).afterAll(values);
    EProcess kept =
        new EProcess(half.hypothesis(), half.margin(), half.logWealths(), half.logPeak());
    assertThat(kept.afterAll(values)).isEqualTo(half.afterAll(values));
  }

  @Test
  void afterAll_seededValues_areTheSameBitsAsValueByValue() {
    Random random = new Random(5);
    for (Hypothesis hypothesis : Hypothesis.values()) {
      List<Double> values =
          random.doubles(400, -0.3, 0.4).map(x -> Math.round(x * 3) / 3.0).boxed().toList();
      EProcess whole = EProcess.against(hypothesis, 0.05).afterAll(values);
      EProcess step = EProcess.against(hypothesis, 0.05);
      double peak = 0;
      List<Double> trace = new ArrayList<>();
      for (double value : values) {
        step = step.after(value);
        peak = Math.max(peak, plainLogWealth(step.logWealths()));
        trace.add(step.logWealth());
      }
      assertThat(whole).isEqualTo(step);
      assertThat(whole.logPeak()).isEqualTo(peak);
      assertThat(EProcess.against(hypothesis, 0.05).logWealthsAfter(values)).isEqualTo(trace);
    }
  }

  /** The mixture as it is defined, looked at every time. */
  private static double plainLogWealth(List<Double> logWealths) {
    double[] capital = {.05, .05, .10, .10, .10, .15, .20, .25};
    double largest = Collections.max(logWealths);
    double sum = 0;
    for (int j = 0; j < capital.length; j++) {
      sum += capital[j] * StrictMath.exp(logWealths.get(j) - largest);
    }
    return largest + StrictMath.log(sum);
  }

  @Test
  void more_cleanValues_leadsToThePublishedCount() {
    for (int seen : List.of(1, 20, 40, 92)) {
      EProcess start = EProcess.against(AT_LEAST_MARGIN, 0.05);
      assertThat(start.afterAll(Collections.nCopies(seen, 0.0)).more(Math.log(40), seen, 1000))
          .as("%d seen", seen)
          .isEqualTo(93 - seen);
    }
  }

  @Test
  void more_targetThatIsReachedOrNever_isNoneOrMoreThanTheMost() {
    EProcess clean =
        EProcess.against(AT_LEAST_MARGIN, 0.05).afterAll(Collections.nCopies(100, 0.0));
    assertThat(clean.more(Math.log(40), 100, 1000)).isZero();
    EProcess lost = EProcess.against(AT_LEAST_MARGIN, 0.05).afterAll(List.of(1.0, 1.0));
    assertThat(lost.more(Math.log(40), 2, 1000)).isEqualTo(1001);
  }

  @Test
  void afterAllUntil_wealthReached_staysThere() {
    double stop = Math.log(20);
    EProcess stopped =
        EProcess.against(AT_MOST_MARGIN, 0.05)
            .afterAllUntil(List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0), stop);
    assertThat(stopped.logWealth()).isGreaterThanOrEqualTo(stop);
  }

  @Test
  void rejectsAt_wealthReachedAndLost_stillRejects() {
    EProcess process = EProcess.against(AT_MOST_MARGIN, 0.05);
    for (int i = 0; i < 6; i++) {
      process = process.after(1);
    }
    for (int i = 0; i < 20; i++) {
      process = process.after(-1);
    }
    assertThat(process.logWealth()).isLessThan(0);
    assertThat(process.rejectsAt(0.05)).isTrue();
  }

  @Test
  void after_outOfRange_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EProcess.against(AT_MOST_MARGIN, 0.05).after(Double.NaN))
        .withMessage("value must be in [-1, 1], got NaN");
  }

  @Test
  void against_marginOfOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EProcess.against(AT_MOST_MARGIN, 1))
        .withMessage("margin must lie strictly between 0 and 1, got 1.0");
  }

  private static int steps(Hypothesis hypothesis, double margin, double alpha, double value) {
    EProcess process = EProcess.against(hypothesis, margin);
    int steps = 0;
    while (!process.rejectsAt(alpha)) {
      process = process.after(value);
      steps++;
    }
    return steps;
  }

  /** Share of runs at true delta = margin = 0.05 in which the process ever rejects. */
  private static double rejections(
      Hypothesis hypothesis, long seed, ToDoubleFunction<Random> draw) {
    Random random = new Random(seed);
    int rejected = 0;
    for (int run = 0; run < RUNS; run++) {
      EProcess process = EProcess.against(hypothesis, 0.05);
      for (int i = 0; i < 300 && !process.rejectsAt(ALPHA); i++) {
        process = process.after(draw.applyAsDouble(random));
      }
      rejected += process.rejectsAt(ALPHA) ? 1 : 0;
    }
    return (double) rejected / RUNS;
  }

  private static double flip(Random random, double lost, double gained) {
    double u = random.nextDouble();
    if (u < lost) {
      return 1;
    }
    return u < lost + gained ? -1 : 0;
  }

  /** Mean of five paraphrases that share their behaviour's outcome with probability sqrt(0.6). */
  private static double cluster(Random random) {
    double shared = flip(random, 0.05, 0);
    double sum = 0;
    for (int i = 0; i < 5; i++) {
      sum += random.nextDouble() < Math.sqrt(0.6) ? shared : flip(random, 0.05, 0);
    }
    return sum / 5;
  }
}
