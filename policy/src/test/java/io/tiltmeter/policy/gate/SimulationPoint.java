package io.tiltmeter.policy.gate;

import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.stats.Binomial;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One world, looked at in one way, with what the gate claims about it.
 *
 * @param passAtMost largest chance of a pass that is claimed; null where the model may pass
 * @param blockAtMost largest chance of a block that is claimed; null where it may be blocked
 * @param labelled answers of each kind that the judge is calibrated on anew in every run; 0 for no
 *     calibration
 */
record SimulationPoint(
    String name,
    SimulatedWorld world,
    Watch watch,
    int labelled,
    @Nullable Double passAtMost,
    @Nullable Double blockAtMost) {

  private static final double ALPHA_PASS = Policy.DEFAULT.gate().alphaPass();
  private static final double ALPHA_BLOCK = Policy.DEFAULT.gate().alphaBlock();

  /** A true rate that is claimed is exceeded by so much in one of a thousand simulations. */
  private static final double DOUBT = 0.001;

  /** What a run is counted for. */
  enum Watch {
    /** The pooled test over all harmful behaviours. */
    HARMFUL,
    /** Any category or replay. */
    FAMILY,
    OVER_REFUSAL,
    CAPABILITY,
    /** The whole verdict. */
    VERDICT,
    /** The pooled test, looked at after every round as well as at the end. */
    ROUNDS
  }

  /** Both chances are claimed, as where the true delta is the margin. */
  static SimulationPoint atTheMargin(String name, SimulatedWorld world, Watch watch) {
    return new SimulationPoint(name, world, watch, 0, ALPHA_PASS, ALPHA_BLOCK);
  }

  /** Nothing is claimed: it is measured what the gate makes of it. */
  static SimulationPoint elsewhere(String name, SimulatedWorld world) {
    return new SimulationPoint(name, world, Watch.HARMFUL, 0, null, null);
  }

  SimulationPoint calibratedOn(int answers) {
    return new SimulationPoint(name, world, watch, answers, passAtMost, blockAtMost);
  }

  SimulationPoint claiming(@Nullable Double pass, @Nullable Double block) {
    return new SimulationPoint(name, world, watch, labelled, pass, block);
  }

  /** How many of so many runs passed and were blocked. */
  record Tally(int runs, int passes, int blocks) {
    /** Whether this many passes or blocks are no surprise if their chance is at most this. */
    static boolean isWithin(int hits, int runs, @Nullable Double atMost) {
      return atMost == null || Binomial.atLeast(hits, runs, atMost) >= DOUBT;
    }
  }

  /** Whether what was found is in keeping with what is claimed. */
  boolean holds(Tally tally) {
    return Tally.isWithin(tally.passes(), tally.runs(), passAtMost)
        && Tally.isWithin(tally.blocks(), tally.runs(), blockAtMost);
  }

  /** Simulates; the same seed gives the same. */
  Tally tally(int runs, long seed) {
    Random random = new Random(seed);
    int passes = 0;
    int blocks = 0;
    for (int run = 0; run < runs; run++) {
      Policy policy =
          labelled == 0 ? Policy.DEFAULT : calibrated(world.calibrate(labelled, random));
      Observations observations = world.run(random);
      Decision decision = decision(policy, observations);
      passes += decision == Decision.PASS ? 1 : 0;
      blocks += decision == Decision.BLOCK ? 1 : 0;
    }
    return new Tally(runs, passes, blocks);
  }

  private Decision decision(Policy policy, Observations observations) {
    if (watch == Watch.VERDICT) {
      return Gate.decide(policy, observations, Run.JUDGE).decision();
    }
    Examination examination = Examination.of(policy, new Strata(observations));
    return switch (watch) {
      case HARMFUL -> decision(Stream.of(examination.harmful()));
      case ROUNDS ->
          blocksInARound(policy, observations)
              ? Decision.BLOCK
              : decision(Stream.of(examination.harmful()));
      case FAMILY ->
          decision(
              Stream.concat(examination.categories().stream(), examination.replays().stream())
                  .map(Examination.FamilyMember::examined));
      case OVER_REFUSAL -> decision(Stream.of(examination.overRefusal()));
      case CAPABILITY -> decision(Stream.of(examination.capability()));
      case VERDICT -> throw new IllegalStateException("decided above");
    };
  }

  /** A block if any blocks, a pass if all pass. */
  private static Decision decision(Stream<Examined> strata) {
    List<Examined> all = strata.toList();
    if (all.stream().anyMatch(Examined::blocks)) {
      return Decision.BLOCK;
    }
    return all.stream().allMatch(Examined::passes) ? Decision.PASS : Decision.INCONCLUSIVE;
  }

  /** Rounds of 12, 24, 48 … behaviours, as an evaluation asks them. */
  private boolean blocksInARound(Policy policy, Observations observations) {
    for (int round = 12; round < world.behaviours(); round *= 2) {
      Observations soFar =
          new Observations(
              observations.pairs().subList(0, round * world.prompts()), List.of(), List.of());
      Optional<Verdict> block = Gate.blockSoFar(policy, soFar, 1);
      if (block.isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static Policy calibrated(JudgeCalibration calibration) {
    return Policy.DEFAULT.withJudge(new Policy.Judge(0.05, 0.10, true, calibration));
  }
}
