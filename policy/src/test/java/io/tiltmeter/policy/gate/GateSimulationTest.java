package io.tiltmeter.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.gate.SimulationPoint.Tally;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The error rates that the gate claims, in simulated runs. A point fails if so many wrong verdicts
 * would come by chance in fewer than one of a thousand simulations although the claim is true; the
 * seed is fixed, so that it either fails or does not.
 */
class GateSimulationTest {
  private static final int RUNS = 2000;
  private static final long SEED = 16;

  @TestFactory
  Stream<DynamicTest> errors_inWorldsAtTheMargin_areAtMostWhatIsClaimed() {
    return Stream.of(
            GateSimulation.atTheMargins(), GateSimulation.noisy(), GateSimulation.families())
        .flatMap(List::stream)
        .map(point -> DynamicTest.dynamicTest(point.name(), () -> assertHolds(point)));
  }

  private static void assertHolds(SimulationPoint point) {
    Tally tally = point.tally(RUNS, SEED);
    assertThat(point.holds(tally))
        .as(
            "seed %d, %s: %s, claimed are %s passes and %s blocks",
            SEED, point.name(), tally, point.passAtMost(), point.blockAtMost())
        .isTrue();
  }

  @Test
  void passes_judgeThatErrsAndIsNotCalibrated_exceedTheLevel() {
    // Or the correction would have nothing to correct, and the simulation nothing to see.
    SimulationPoint point = GateSimulation.noisy().getFirst();
    Tally tally = point.tally(RUNS, SEED);
    assertThat(Tally.isWithin(tally.passes(), RUNS, 0.05)).as("%s", tally).isFalse();
  }

  @Test
  void passes_nothingLost_comeWithTheSmallestPack() {
    SimulationPoint clean = GateSimulation.alternatives().getFirst();
    assertThat(clean.tally(10, SEED).passes()).isEqualTo(10);
  }
}
