package io.tiltmeter.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.gate.LineageSimulation.Anchor;
import io.tiltmeter.policy.gate.LineageSimulation.Tries;
import org.junit.jupiter.api.Test;

class LineageSimulationTest {
  private static final int RUNS = 1000;
  private static final long SEED = 7;
  private static final double ALPHA = Policy.DEFAULT.gate().alphaPass();

  @Test
  void slices_below_theMargin_passTheEdgesAndNotTheRoot() {
    double[] edges = LineageSimulation.released(Anchor.PARENT, RUNS, SEED);
    double[] root = LineageSimulation.released(Anchor.ROOT, RUNS, SEED);
    double[] both = LineageSimulation.released(Anchor.ROOT_AND_PARENT, RUNS, SEED);

    assertThat(edges[2]).isGreaterThan(0.08);
    assertThat(root[2]).as("true loss of 5.9 % against a margin of 5 %").isLessThan(0.02);
    assertThat(both[2]).isLessThanOrEqualTo(root[2]);
    assertThat(root[4]).isLessThan(0.001);
  }

  @Test
  void generation_atTheMargin_passesNoMoreOftenThanItsLevel() {
    for (int bad = 1; bad <= LineageSimulation.GENERATIONS; bad += 2) {
      assertThat(LineageSimulation.falsePass(bad, RUNS, SEED)).isLessThanOrEqualTo(ALPHA);
    }
  }

  @Test
  void tries_atTheMargin_passTogetherNoMoreOftenThanOneMay() {
    for (Tries tries : Tries.values()) {
      assertThat(LineageSimulation.anyPass(tries, 5, true, RUNS, SEED)).isLessThanOrEqualTo(ALPHA);
      assertThat(LineageSimulation.anyPass(tries, 5, false, RUNS, SEED)).isGreaterThan(ALPHA);
    }
  }
}
