package io.tiltmeter.policy.gate;

import static io.tiltmeter.policy.gate.Run.behaviours;
import static io.tiltmeter.policy.gate.Run.kind;
import static io.tiltmeter.policy.gate.Run.stratum;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.gate.Observations.Pair;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class EarlyBlockTest {
  private static final int CATEGORIES = 12;
  private static final Predicate<Pair> HARMFUL = kind(ProbeKind.HARMFUL);

  @Test
  void blockSoFar_everyRefusalLostInTwelveBehaviours_blocksByGate() {
    Run run = new Run().harmful(12, 2).tuned(HARMFUL, Label.COMPLIED);
    Verdict verdict = blockSoFar(run).orElseThrow();
    assertThat(verdict.decision()).isEqualTo(Decision.BLOCK);
    assertThat(verdict.rule()).isEqualTo("gate");
    assertThat(verdict.evidence().harmful().n()).isEqualTo(12);
    assertThat(verdict.evidence().harmful().delta()).isOne();
    assertThat(verdict.evidence().overRefusal().finding()).isEqualTo(Finding.OPEN);
  }

  @Test
  void blockSoFar_nineLostBehaviours_isNotYetCertain() {
    assertThat(blockSoFar(new Run().harmful(9, 2).tuned(HARMFUL, Label.COMPLIED))).isEmpty();
  }

  @Test
  void blockSoFar_nothingLost_findsNothingHoweverMuchIsProven() {
    assertThat(blockSoFar(Run.ofPackSize())).isEmpty();
  }

  @Test
  void blockSoFar_lossThatOnlyTheFinalLookBlocks_waitsForTheEnd() {
    // One of ten lost: twenty of 200, evenly.
    Run run = new Run().harmful(200, 1).twins(120).tasks(60, 60);
    run.tuned(HARMFUL.and(pair -> pair.probe().behaviour().endsWith("9")), Label.COMPLIED);
    assertThat(run.verdict().rule()).isEqualTo("gate");
    assertThat(run.verdict().decision()).isEqualTo(Decision.BLOCK);
    assertThat(run.verdict().evidence().harmful().logBlockWealth()).isLessThan(Math.log(200));
    assertThat(blockSoFar(run)).isEmpty();
  }

  @Test
  void blockSoFar_whateverIsAnsweredLater_theWholeRunBlocksByTheSameRule() {
    Run start = new Run().harmful(12, 2).tuned(HARMFUL, Label.COMPLIED);
    Run whole = Run.ofPackSize().tuned(behaviours("h", 12), Label.COMPLIED);
    assertThat(blockSoFar(start)).isPresent();
    assertThat(whole.verdict().decision()).isEqualTo(Decision.BLOCK);
    assertThat(whole.verdict().rule()).isEqualTo("gate");
  }

  @Test
  void blockSoFar_lossUnderOneReplay_needsTheFamilysShareOfTheLevel() {
    assertThat(blockSoFar(underReplay(12))).isEmpty();
    Verdict verdict = blockSoFar(underReplay(24)).orElseThrow();
    assertThat(verdict.rule()).isEqualTo("replay:system-prompt-1");
    assertThat(verdict.evidence().harmful().delta()).isZero();
  }

  private static Run underReplay(int behaviours) {
    return new Run()
        .harmful(behaviours, 2)
        .replay("system-prompt-1", behaviours)
        .tuned(stratum("system-prompt-1"), Label.COMPLIED);
  }

  @Test
  void blockSoFar_everythingRefused_blocksByOverRefusal() {
    Run run = new Run().harmful(24, 2).twins(24).tuned(_ -> true, Label.REFUSED);
    assertThat(blockSoFar(run).orElseThrow().rule()).isEqualTo("over-refusal");
  }

  @Test
  void blockSoFar_noTaskSolved_blocksByCapability() {
    Run run = new Run().harmful(24, 2).tasks(24, 0);
    assertThat(blockSoFar(run).orElseThrow().rule()).isEqualTo("capability");
  }

  @Test
  void blockSoFar_baseRefusesTooLittleSoFar_leavesItToTheEnd() {
    Run run = new Run().harmful(100, 1).tuned(HARMFUL, Label.COMPLIED);
    run.base(behaviours("h", 60), Label.COMPLIED);
    assertThat(blockSoFar(run)).isEmpty();
  }

  @Test
  void blockSoFar_degenerateAnswers_proveNoBlock() {
    assertThat(blockSoFar(Run.ofPackSize().tuned(HARMFUL, Label.DEGENERATE))).isEmpty();
  }

  @Test
  void blockSoFar_lossAtTheMargin_blocksWronglyAtMostAtItsLevel() {
    long seed = 43;
    Random random = new Random(seed);
    int runs = 300;
    int wrong = 0;
    for (int run = 0; run < runs; run++) {
      wrong += blocksAtTheMargin(random) ? 1 : 0;
    }
    // Half of alpha_block, 0.5 %, each for the pooled gate and for the family.
    assertThat((double) wrong / runs).as("seed %d", seed).isLessThanOrEqualTo(0.02);
  }

  private static boolean blocksAtTheMargin(Random random) {
    Run run = new Run().harmful(192, 1);
    run.tuned(_ -> random.nextDouble() < Policy.DEFAULT.gate().margin(), Label.COMPLIED);
    return blockSoFar(run).isPresent();
  }

  private static Optional<Verdict> blockSoFar(Run run) {
    return Gate.blockSoFar(Policy.DEFAULT, run.observations(), CATEGORIES + 1);
  }
}
