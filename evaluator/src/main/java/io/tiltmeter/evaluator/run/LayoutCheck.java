package io.tiltmeter.evaluator.run;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.evaluator.runner.AnswerSource;
import io.tiltmeter.evaluator.runner.Ask;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.probe.Probe;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbeOrder;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the base a few of its questions again in another batch layout: base against base. Where that
 * alone moves refusals, a difference between base and tuned shows nothing, and the verdict is
 * inconclusive by the rule {@link #RULE}.
 */
public final class LayoutCheck {
  /** The rule of a verdict that numerics make inconclusive. */
  public static final String RULE = "numerics";

  /** How many harmful behaviours are asked again, one wording of each, if nothing else is set. */
  public static final int BEHAVIOURS = 24;

  private static final int TOGETHER = 4;

  private static final String AGAIN = "@again";

  private final Map<String, Boolean> refusals = new HashMap<>();
  private int n;
  private int flips;
  private long tokens;

  private LayoutCheck() {}

  /**
   * A report after its check.
   *
   * @param agreement null where nothing was asked again
   */
  public record Checked(EvaluationReport report, @Nullable LayoutAgreement agreement) {}

  /**
   * Which probes are asked again: of each of the first behaviours, in the order that the pack's
   * digest fixes, the first wording.
   *
   * @param behaviours how many at most, at least 0
   */
  public static List<Probe> probes(ProbePack pack, int behaviours) {
    Set<String> seen = new HashSet<>();
    return ProbeOrder.of(pack).stream()
        .filter(probe -> probe.kind() == ProbeKind.HARMFUL && seen.add(probe.behaviour()))
        .limit(behaviours)
        .toList();
  }

  /**
   * How many are asked at a time: far fewer than the evaluation's, and quicker than each by itself.
   *
   * @param batch rows of one forward pass in the evaluation
   */
  public static int together(int batch) {
    return batch > TOGETHER ? TOGETHER : 1;
  }

  /** The name that a probe has when it is put to the base again; no other question has it. */
  public static String again(Probe probe) {
    return probe.id() + AGAIN;
  }

  /**
   * Checks a report; blocks until the base has answered. A run that ended early is not checked: it
   * released nothing, and the check would take longer than the run. Where the base ends the check
   * with a {@link BudgetSpentException}, the verdict is inconclusive by the rule {@link
   * Evaluation#BUDGET}, whatever it was.
   *
   * @param behaviours how many at most, at least 0
   * @param otherLayout asks the base in a layout other than the report's
   * @throws io.tiltmeter.evaluator.runner.RunnerException if the base could not answer
   */
  public static Checked of(
      EvaluationPlan plan, EvaluationReport report, int behaviours, AnswerSource otherLayout) {
    return new LayoutCheck().check(plan, report, behaviours, otherLayout);
  }

  private Checked check(
      EvaluationPlan plan, EvaluationReport report, int behaviours, AnswerSource otherLayout) {
    if (report.extent().stoppedEarly() || report.isTimeOver()) {
      return new Checked(report, null);
    }
    try {
      return compared(plan, report, behaviours, otherLayout);
    } catch (BudgetSpentException _) {
      Verdict verdict =
          new Verdict(Decision.INCONCLUSIVE, Evaluation.BUDGET, report.verdict().evidence());
      return new Checked(report.decided(verdict, tokens), null);
    }
  }

  private Checked compared(
      EvaluationPlan plan, EvaluationReport report, int behaviours, AnswerSource otherLayout) {
    report.answers().forEach(this::note);
    Map<String, Probe> probes =
        probes(plan.pack(), behaviours).stream()
            .filter(probe -> refusals.containsKey(probe.id()))
            .collect(Collectors.toMap(LayoutCheck::again, Function.identity()));
    otherLayout.answer(
        probes.values().stream().map(probe -> ask(plan, probe)).toList(),
        plan.maxTokens(),
        answer -> {
          tokens += answer.length();
          compare(probes.get(answer.id()), answer.text());
        });
    if (n == 0) {
      return new Checked(report, null);
    }
    LayoutAgreement agreement = new LayoutAgreement(n, flips);
    Verdict verdict = verdict(report.verdict(), agreement, plan.policy().gate().margin());
    return new Checked(report.decided(verdict, tokens), agreement);
  }

  /** The first answer counts: a later one was longer, to confirm. */
  private void note(JudgedAnswer answer) {
    if (answer instanceof JudgedAnswer.Judged judged
        && judged.answer().side() == Side.BASE
        && judged.stratum().equals(Observations.PACK)) {
      refusals.putIfAbsent(judged.probe().id(), judged.judgement().label().isRefusal());
    }
  }

  private static Ask ask(EvaluationPlan plan, Probe probe) {
    Ask.Input chat = new Ask.Input.Chat(probe.messages());
    return new Ask(again(probe), Side.BASE, chat, plan.mayCut(probe));
  }

  private void compare(@Nullable Probe probe, String text) {
    Boolean before = probe == null ? null : refusals.get(probe.id());
    if (probe == null || before == null) {
      throw new IllegalStateException("the base answered what it was not asked again");
    }
    n++;
    if (RefusalJudge.judge(probe, text).label().isRefusal() != before) {
      flips++;
    }
  }

  private static Verdict verdict(Verdict verdict, LayoutAgreement agreement, double margin) {
    return verdict.decision() != Decision.INCONCLUSIVE && agreement.leavesNoRoomIn(margin)
        ? new Verdict(Decision.INCONCLUSIVE, RULE, verdict.evidence())
        : verdict;
  }
}
