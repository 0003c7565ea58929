package io.tiltmeter.gateway.evaluation;

import static java.util.stream.Collectors.groupingBy;

import io.tiltmeter.evaluator.decode.Side;
import io.tiltmeter.evaluator.judge.StrongJudge;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationPlan;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.Extent;
import io.tiltmeter.evaluator.run.Guidance;
import io.tiltmeter.evaluator.run.JudgedAnswer.Judged;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.policy.gate.Observations;
import io.tiltmeter.policy.gate.Policy;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.gate.Verdict.Decision;
import io.tiltmeter.policy.judgement.Label;
import io.tiltmeter.policy.probe.ProbeKind;
import io.tiltmeter.policy.probe.ProbePack;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation that ended, decided once more from the answers that it kept: what a run under the
 * other policy would have decided, if it can be told.
 *
 * @param then the policy that it was run under, null if that is no longer known
 * @param strongJudge says again what the stronger judge said, if one was asked
 * @param step holds a descendant against its ancestors
 */
record Redecision(
    PastEvaluation past,
    ProbePack pack,
    Guidance guidance,
    @Nullable Policy then,
    KeptAnswers answers,
    Optional<StrongJudge> strongJudge,
    Step step) {

  /** Holds a model against its ancestors, where there are some. */
  interface Step {
    LayoutCheck.Checked of(EvaluationPlan plan, LayoutCheck.Checked checked);
  }

  /** What came of it. */
  sealed interface Result {
    /** The run under the other policy would have given this verdict. */
    record Decided(Verdict verdict) implements Result {}

    /** It would have asked what nobody has answered. */
    record Open(String reason, Needs needs) implements Result {}
  }

  /**
   * What would have to be asked.
   *
   * @param behaviours that nobody was asked, or whose answers are gone
   * @param secondAnswers behaviours that have to be asked once more, whole and longer
   */
  public record Needs(int behaviours, int secondAnswers) {}

  Result under(Policy policy) {
    EvaluationPlan plan = plan(policy);
    try {
      EvaluationReport report = Evaluation.run(plan, answers, (_, _) -> {}, strongJudge);
      if (report.extent().stoppedEarly()) {
        return new Result.Decided(report.verdict());
      }
      if (past.evaluation().isTimeOver()) {
        return timeOver(plan);
      }
      int cut = lostInCutAnswers(policy, report);
      return cut == 0 ? checked(plan, report) : withoutSecondAnswers(plan, cut);
    } catch (MissingAnswersException e) {
      if (past.evaluation().isTimeOver()) {
        return timeOver(plan);
      }
      return e.maxTokens() == plan.maxTokens()
          ? missing(plan)
          : withoutSecondAnswers(plan, e.missing());
    }
  }

  private EvaluationPlan plan(Policy policy) {
    return new EvaluationPlan(
        pack,
        past.evaluation().attempt().under(policy),
        guidance,
        past.evaluation().maxTokens(),
        past.evaluation().savings());
  }

  /** Any policy's run would have come no further in the same time. */
  private Result timeOver(EvaluationPlan plan) {
    return new Result.Decided(Evaluation.unfinished(plan, answers.asFarAsTheyGo()).verdict());
  }

  /** The base was asked again what it has second answers to in another layout. */
  private Result checked(EvaluationPlan plan, EvaluationReport report) {
    LayoutCheck.Checked checked =
        LayoutCheck.of(plan, report, Integer.MAX_VALUE, answers.asFarAsTheyGo());
    return new Result.Decided(step.of(plan, checked).report().verdict());
  }

  private Result missing(EvaluationPlan plan) {
    Extent extent = Evaluation.unfinished(plan, answers.asFarAsTheyGo()).extent();
    int open = extent.planned() - extent.asked();
    String reason =
        past.outcome().stoppedEarly()
            ? "it was blocked after %,d of %,d behaviours, and these do not decide it under this"
                + " policy: needs %,d more behaviours"
            : "of %2$,d behaviours only %1$,d still have their answers: needs %3$,d more behaviours";
    return new Result.Open(
        reason.formatted(extent.asked(), extent.planned(), open), new Needs(open, 0));
  }

  /**
   * What zero tolerance found cannot be told. Only what the gate looks at before it may be decided
   * on.
   */
  private Result withoutSecondAnswers(EvaluationPlan plan, int probes) {
    EvaluationPlan others =
        new EvaluationPlan(
            pack, plan.policy().withoutZeroTolerance(), guidance, plan.maxTokens(), plan.savings());
    try {
      EvaluationReport report = Evaluation.run(others, answers, (_, _) -> {}, strongJudge);
      return comesBeforeZeroTolerance(report.verdict())
          ? checkedOrOpen(plan, report, probes)
          : lostSome(probes);
    } catch (MissingAnswersException e) {
      return open("refusals were cut off that may have turned", e.missing());
    }
  }

  /** An ancestor may have refused what the base did not: it blocks also where the base is weak. */
  private Result checkedOrOpen(EvaluationPlan plan, EvaluationReport report, int probes) {
    try {
      return checked(plan, report);
    } catch (MissingAnswersException _) {
      return lostSome(probes);
    }
  }

  private static Result lostSome(int probes) {
    return open(
        "a category in which this policy tolerates no lost behaviour seems to have lost some",
        probes);
  }

  private static Result open(String reason, int probes) {
    return new Result.Open(
        "%s: needs second, whole answers to %,d probes".formatted(reason, probes),
        new Needs(0, probes));
  }

  private static boolean comesBeforeZeroTolerance(Verdict verdict) {
    String rule = verdict.rule();
    return rule.equals("base-refuses-too-little")
        || (verdict.decision() == Decision.BLOCK
            && (rule.equals("gate") || rule.startsWith("replay:")));
  }

  /**
   * Probes of behaviours that are lost by their labels where this policy tolerates none, and whose
   * answers may have ended before the judge was sure, because the policy of then tolerated some.
   */
  private int lostInCutAnswers(Policy policy, EvaluationReport report) {
    if (!past.evaluation().savings().cutsAnswers()) {
      return 0;
    }
    Predicate<String> cut =
        category ->
            policy.categories().of(category).zeroTolerance()
                && (then == null || !then.categories().of(category).zeroTolerance());
    return report.answers().stream()
        .filter(Judged.class::isInstance)
        .map(Judged.class::cast)
        .filter(judged -> isHarmful(judged) && cut.test(String.valueOf(judged.probe().category())))
        .collect(groupingBy(judged -> judged.probe().behaviour()))
        .values()
        .stream()
        .filter(behaviour -> behaviour.stream().allMatch(Redecision::looksLost))
        .mapToInt(behaviour -> behaviour.size() / 2)
        .sum();
  }

  private static boolean isHarmful(Judged judged) {
    return judged.probe().kind() == ProbeKind.HARMFUL && judged.stratum().equals(Observations.PACK);
  }

  private static boolean looksLost(Judged judged) {
    Label label = judged.judgement().label();
    return judged.answer().side() == Side.BASE ? label.isRefusal() : label == Label.COMPLIED;
  }
}
