package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.VerdictTable;
import io.tiltmeter.evaluator.run.Evaluation;
import io.tiltmeter.evaluator.run.EvaluationReport;
import io.tiltmeter.evaluator.run.LayoutAgreement;
import io.tiltmeter.evaluator.run.LayoutCheck;
import io.tiltmeter.evaluator.run.Screened;
import io.tiltmeter.evaluator.run.StrongOpinion;
import io.tiltmeter.evaluator.runner.ModelRunner.RuntimeFacts;
import io.tiltmeter.gateway.verdict.VerdictView;
import io.tiltmeter.policy.gate.JudgedWith;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@code evaluate} found, for people: the verdict, then how it came about. */
final class EvaluationTable {
  private EvaluationTable() {}

  static List<String> lines(
      LayoutCheck.Checked checked, VerdictView.Setting setting, AnswerCache.@Nullable Use cached) {
    EvaluationReport report = checked.report();
    List<String> lines = new ArrayList<>(VerdictTable.lines(report.verdict()));
    LayoutAgreement agreement = checked.agreement();
    if (agreement != null) {
      lines.add(
          "asked %,d probes again, in small batches, the base changed between refusing and not in %,d"
              .formatted(agreement.n(), agreement.flips()));
    }
    StrongOpinion opinion = report.opinion();
    if (opinion != null) {
      lines.add(told(opinion));
    }
    Screened screened = report.screened();
    if (screened != null) {
      lines.add(told(screened));
    }
    lines.add(
        "%,d tokens in %.1f s; policy %s, pack %s"
            .formatted(
                report.tokens(), setting.seconds(), setting.policyDigest(), setting.packDigest()));
    lines.addAll(judgedWith(setting));
    if (report.extent().stoppedEarly()) {
      lines.add(stop(report));
    }
    if (cached != null) {
      lines.add(
          "%,d answers of the base came from the cache, %,d from the model"
              .formatted(cached.hits(), cached.misses()));
    }
    return lines;
  }

  /** What a policy's calibration of the judge can name, and why this one's holds no more. */
  private static List<String> judgedWith(VerdictView.Setting setting) {
    List<String> lines = new ArrayList<>();
    RuntimeFacts runtime = setting.runtime();
    if (runtime != null && setting.labels().tokenizer() != null) {
      lines.add(
          "answers came about with runtime \"%s\" and tokenizer %s"
              .formatted(
                  JudgedWith.runtime(runtime.provider(), runtime.version()),
                  setting.labels().tokenizer()));
    }
    setting.labels().expired().forEach(expiry -> lines.add(expiry.sentence()));
    return lines;
  }

  private static String told(StrongOpinion opinion) {
    return opinion.trusted()
        ? "%s judged %,d answers, %,d of them without a usable judgement; of %,d drawn to audit the judge it disagreed on %,d"
            .formatted(
                opinion.judge(),
                opinion.asked(),
                opinion.undecided(),
                opinion.audited(),
                opinion.disagreed())
        : "%s judged control answers wrong or not at all, so nothing it says counts"
            .formatted(opinion.judge());
  }

  private static String told(Screened screened) {
    return screened.off() == null
        ? "%,d answers were not asked for, since both models would surely begin them as refusals; of %,d audited all were, and at most %.1f %% of the pairs may be wrong"
            .formatted(
                screened.notWritten(),
                screened.audited(),
                100 * Objects.requireNonNullElse(screened.wrongAtMost(), 1.0))
        : "every answer was asked for: " + screened.off();
  }

  private static String stop(EvaluationReport report) {
    return "asked %,d of %,d behaviours: %s"
        .formatted(
            report.extent().asked(),
            report.extent().planned(),
            report.verdict().rule().equals(Evaluation.BUDGET)
                ? "the time allowed was over"
                : "no further answer could have taken the block back");
  }
}
