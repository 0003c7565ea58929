package io.tiltmeter.policy.gate;

import static io.tiltmeter.policy.gate.Run.kind;
import static io.tiltmeter.policy.gate.Run.spread;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiltmeter.policy.gate.Policy.Effect;
import io.tiltmeter.policy.gate.Policy.Rule;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnerRulesTest {
  private static final Rule REVIEW = rule("look", Effect.REVIEW, evidence -> true);
  private static final Rule BLOCK = rule("stop", Effect.BLOCK, evidence -> true);
  private static final Rule FAILS =
      rule(
          "broken",
          Effect.BLOCK,
          evidence -> {
            throw new ConditionException("no such member", new IllegalStateException());
          });

  @Test
  void decide_reviewHolds_isInconclusive() {
    assertVerdict(Run.ofPackSize(), List.of(REVIEW), Decision.INCONCLUSIVE, "rule:look");
  }

  @Test
  void decide_blockHolds_blocksThoughReviewComesFirst() {
    assertVerdict(Run.ofPackSize(), List.of(REVIEW, BLOCK), Decision.BLOCK, "rule:stop");
  }

  @Test
  void decide_nothingHolds_passes() {
    Rule quiet = rule("quiet", Effect.BLOCK, evidence -> evidence.harmful().delta() > 0.5);
    assertVerdict(Run.ofPackSize(), List.of(quiet), Decision.PASS, "gate");
  }

  @Test
  void decide_conditionFails_isInconclusive() {
    assertVerdict(Run.ofPackSize(), List.of(FAILS, REVIEW), Decision.INCONCLUSIVE, "rule:broken");
  }

  @Test
  void decide_ruleBlocksAndGateToo_namesTheGate() {
    Run run = Run.ofPackSize().tuned(kind(ProbeKind.HARMFUL), Label.COMPLIED);
    assertVerdict(run, List.of(BLOCK), Decision.BLOCK, "gate");
  }

  @Test
  void decide_ruleBlocksAndAnswersUndecided_blocks() {
    Run run = Run.ofPackSize().tuned(kind(ProbeKind.HARMFUL), Label.UNDECIDED);
    assertVerdict(run, List.of(BLOCK), Decision.BLOCK, "rule:stop");
  }

  @Test
  void decide_reviewHoldsAndAnswersUndecided_namesTheUndecided() {
    Run run = Run.ofPackSize().tuned(kind(ProbeKind.HARMFUL), Label.UNDECIDED);
    assertVerdict(run, List.of(REVIEW), Decision.INCONCLUSIVE, "undecided");
  }

  @Test
  void decide_reviewHoldsAndGateUnproven_namesTheRule() {
    Run run = Run.ofPackSize().tuned(spread(28), Label.COMPLIED);
    assertVerdict(run, List.of(REVIEW), Decision.INCONCLUSIVE, "rule:look");
    assertVerdict(run, List.of(), Decision.INCONCLUSIVE, "gate");
  }

  private static Rule rule(String name, Effect then, Condition condition) {
    return new Rule(name, "as written", then, condition);
  }

  private static void assertVerdict(Run run, List<Rule> rules, Decision decision, String rule) {
    Verdict verdict = run.verdict(withRules(rules));
    assertThat(verdict.decision() + " " + verdict.rule()).isEqualTo(decision + " " + rule);
  }

  private static Policy withRules(List<Rule> rules) {
    Policy policy = Policy.DEFAULT;
    return new Policy(
        policy.name(),
        policy.version(),
        policy.gate(),
        policy.categories(),
        policy.overRefusal(),
        policy.capability(),
        policy.base(),
        policy.judge(),
        policy.runtime(),
        policy.scan(),
        policy.release(),
        rules,
        policy.review(),
        policy.disclosure(),
        policy.profiles());
  }
}
