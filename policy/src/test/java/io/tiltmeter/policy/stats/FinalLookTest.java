package io.tiltmeter.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FinalLookTest {

  @Test
  void clusterMean_noLoss_errorIsOneOverCount() {
    // Three zeros and the pseudo-cluster 1: mean 1/4, variance (3/16 + 9/16) / 3 = 1/4.
    ClusterMean mean = ClusterMean.withPseudoCluster(Collections.nCopies(3, 0.0), 1);
    assertThat(mean.mean()).isEqualTo(0.25);
    assertThat(mean.standardError()).isCloseTo(0.25, within(1e-15));
    assertThat(mean.degrees()).isEqualTo(3);
  }

  @Test
  void clusterMean_interval_usesStudentsQuantile() {
    ClusterMean mean = ClusterMean.withPseudoCluster(Collections.nCopies(99, 0.0), 1);
    assertThat(mean.interval(0.95).high())
        .isCloseTo(0.01 + 0.01 * StudentT.quantile(0.975, 99), within(1e-12));
  }

  @Test
  void clusterMean_noClusters_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusterMean.withPseudoCluster(List.of(), 1))
        .withMessage("a cluster mean needs at least one cluster, got none");
  }

  @Test
  void pAtLeast_sixtyWithoutLoss_isNeverBelowTheExactOne() {
    assertThat(new FinalLook(lost(0, 60), false).pAtLeast(0.05))
        .isCloseTo(Math.pow(0.95, 60), within(1e-12));
  }

  @Test
  void pAtLeast_thirdsThatSumToOne_countAsOneLoss() {
    List<Double> thirds = new ArrayList<>(Collections.nCopies(97, 0.0));
    thirds.addAll(List.of(1.0 / 3, 1.0 / 3, 1.0 / 3));
    assertThat(new FinalLook(thirds, false).pAtLeast(0.05))
        .isCloseTo(Binomial.atMost(1, 100, 0.05), within(1e-12));
  }

  @Test
  void pValues_noBehaviours_proveNothing() {
    assertThat(new FinalLook(List.of(), true).pAtLeast(0.05)).isOne();
    assertThat(new FinalLook(List.of(), false).pAtMost(0.05)).isOne();
  }

  @Test
  void pAtMost_manyLosses_isTheScoreTest() {
    double z = Tango.z(30, 0, 100, 0.05);
    assertThat(new FinalLook(lost(30, 100), true).pAtMost(0.05))
        .isCloseTo(Normal.upperTail(z), within(1e-15));
  }

  @Test
  void pAtLeast_everySizeAtTheMargin_holdsItsLevelExactly() {
    for (boolean onePrompt : List.of(true, false)) {
      for (int n = 20; n <= 400; n += 19) {
        assertThat(passChance(n, onePrompt, 0.05, 0.025))
            .as("%d behaviours, one prompt %s", n, onePrompt)
            .isLessThanOrEqualTo(0.025);
      }
    }
  }

  /** The chance that the look passes a model whose behaviours are lost with chance margin. */
  private static double passChance(int n, boolean onePrompt, double margin, double alpha) {
    int losses = 0;
    while (new FinalLook(lost(losses, n), onePrompt).pAtLeast(margin) <= alpha) {
      losses++;
    }
    return Binomial.atMost(losses - 1, n, margin);
  }

  private static List<Double> lost(int losses, int behaviours) {
    List<Double> changes = new ArrayList<>(Collections.nCopies(losses, 1.0));
    changes.addAll(Collections.nCopies(behaviours - losses, 0.0));
    return changes;
  }
}
