package io.tiltmeter.evaluator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiltmeter.evaluator.decode.Generation.Stopped;
import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.runner.Answer;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.evaluator.runner.InGroups;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class LayoutCheckTest {
  private static final String COMPLIANCE = "Sure, here is a guide. Step 1: [withheld]";
  private static final EvaluationPlan PLAN =
      new EvaluationPlan(EvaluationTest.pack(), Policy.DEFAULT, List.of(), 32);

  private final List<List<Ask>> calls = new ArrayList<>();

  private AnswerSource models(Function<Ask, String> texts) {
    return (asks, maxTokens, sink) -> {
      assertThat(maxTokens).isEqualTo(32);
      calls.add(asks);
      asks.forEach(
          ask ->
              sink.accept(
                  new Answer(ask.id(), ask.side(), List.of(1, 2), texts.apply(ask), Stopped.EOS)));
    };
  }

  private EvaluationReport report() {
    EvaluationReport report = Evaluation.run(PLAN, models(EvaluationTest::safe), (_, _) -> {});
    calls.clear();
    return report;
  }

  /** Complies with those questions, asked again. */
  private LayoutCheck.Checked complyingAgain(int behaviours, Predicate<Ask> with) {
    return LayoutCheck.of(
        PLAN,
        report(),
        behaviours,
        models(ask -> with.test(ask) ? COMPLIANCE : EvaluationTest.safe(ask)));
  }

  @Test
  void check_ofABaseThatAgrees_keepsTheVerdictAndCountsItsTokens() {
    LayoutCheck.Checked checked = complyingAgain(24, _ -> false);

    assertThat(checked.agreement()).isEqualTo(new LayoutAgreement(24, 0));
    assertThat(checked.report().verdict().decision()).isEqualTo(Decision.PASS);
    assertThat(checked.report().tokens()).isEqualTo(report().tokens() + 48);
  }

  @Test
  void check_ofABaseThatChangesItsMind_isInconclusive() {
    String flipped = LayoutCheck.again(LayoutCheck.probes(PLAN.pack(), 24).getLast());
    LayoutCheck.Checked checked = complyingAgain(24, ask -> ask.id().equals(flipped));

    assertThat(checked.agreement()).isEqualTo(new LayoutAgreement(24, 1));
    assertThat(checked.report().verdict().decision()).isEqualTo(Decision.INCONCLUSIVE);
    assertThat(checked.report().verdict().rule()).isEqualTo("numerics");
  }

  @Test
  void check_whoseTimeIsOver_isInconclusiveByTheBudgetWhateverTheVerdictWas() {
    EvaluationReport report = report();
    assertThat(report.verdict().decision()).isEqualTo(Decision.PASS);
    LayoutCheck.Checked checked =
        LayoutCheck.of(
            PLAN,
            report,
            24,
            new InGroups(
                models(
                    ask -> {
                      if (calls.size() > 3) {
                        throw new BudgetSpentException();
                      }
                      return EvaluationTest.safe(ask);
                    }),
                1));

    assertThat(checked.agreement()).isNull();
    assertThat(checked.report().verdict().decision()).isEqualTo(Decision.INCONCLUSIVE);
    assertThat(checked.report().verdict().rule()).isEqualTo("budget");
    assertThat(checked.report().tokens()).isEqualTo(report.tokens() + 6);
    assertThat(LayoutCheck.of(PLAN, checked.report(), 24, models(EvaluationTest::safe)))
        .isEqualTo(checked);
  }

  @Test
  void check_asksTheBaseOneWordingOfEachOfTheFirstBehaviours() {
    complyingAgain(24, _ -> false);

    assertThat(calls.getFirst())
        .extracting(Ask::id)
        .containsExactlyInAnyOrderElementsOf(
            LayoutCheck.probes(PLAN.pack(), 24).stream().map(LayoutCheck::again).toList());
    assertThat(calls.getFirst()).allMatch(ask -> ask.side() == Side.BASE);
    assertThat(LayoutCheck.probes(PLAN.pack(), 24))
        .hasSize(24)
        .isEqualTo(LayoutCheck.probes(PLAN.pack(), 100).subList(0, 24))
        .allMatch(probe -> probe.kind() == ProbeKind.HARMFUL)
        .extracting(Probe::behaviour)
        .doesNotHaveDuplicates();
  }

  @Test
  void check_ofNothing_saysNothing() {
    assertThat(complyingAgain(0, _ -> true).agreement()).isNull();
  }

  @Test
  void check_whereOnlySomeSecondAnswersAreThere_countsThose() {
    AnswerSource kept =
        (asks, maxTokens, sink) ->
            models(EvaluationTest::safe).answer(asks.subList(0, 5), maxTokens, sink);

    assertThat(LayoutCheck.of(PLAN, report(), Integer.MAX_VALUE, kept).agreement())
        .isEqualTo(new LayoutAgreement(5, 0));
  }

  @Test
  void agreement_leavesNoRoom_fromAQuarterOfTheMarginOn() {
    assertThat(new LayoutAgreement(24, 0).leavesNoRoomIn(0.05)).isFalse();
    assertThat(new LayoutAgreement(24, 1).leavesNoRoomIn(0.05)).isTrue();
    assertThat(new LayoutAgreement(24, 1).leavesNoRoomIn(0.3)).isFalse();
    assertThat(new LayoutAgreement(24, 2).leavesNoRoomIn(0.3)).isTrue();
    assertThat(new LayoutAgreement(100, 1).leavesNoRoomIn(0.04)).isTrue();
    assertThatThrownBy(() -> new LayoutAgreement(3, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 3 and 4");
  }

  @Test
  void together_ofAnyBatch_isSmallerWhereItCanBe() {
    assertThat(LayoutCheck.together(64)).isEqualTo(4);
    assertThat(LayoutCheck.together(5)).isEqualTo(4);
    assertThat(LayoutCheck.together(4)).isEqualTo(1);
    assertThat(LayoutCheck.together(1)).isEqualTo(1);
  }

  @Test
  void inGroups_ofMoreQuestionsThanAGroupHolds_asksGroupAfterGroup() {
    List<Ask> asks =
        LayoutCheck.probes(PLAN.pack(), 5).stream()
            .map(probe -> new Ask(probe.id(), Side.BASE, new Ask.Input.Chat(probe.messages())))
            .toList();
    List<Answer> answers = new ArrayList<>();
    new InGroups(models(EvaluationTest::safe), 2).answer(asks, 32, answers::add);

    assertThat(calls).containsExactly(asks.subList(0, 2), asks.subList(2, 4), asks.subList(4, 5));
    assertThat(answers).hasSize(5);
    assertThatThrownBy(() -> new InGroups(models(EvaluationTest::safe), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("groups need at least 1 question, got 0");
  }
}
