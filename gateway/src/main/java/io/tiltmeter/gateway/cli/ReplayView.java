package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.verdict.VerdictView;
import io.tiltmeter.evaluator.judge.RefusalJudge;
import io.tiltmeter.gateway.evaluation.DecidingFigure;
import io.tiltmeter.gateway.evaluation.PastEvaluation;
import io.tiltmeter.gateway.evaluation.Period;
import io.tiltmeter.gateway.evaluation.Redecided;
import io.tiltmeter.gateway.policyfile.PolicyDigest;
import io.tiltmeter.policy.gate.Verdict;
import io.tiltmeter.policy.lineage.Digest;
import io.tiltmeter.policy.stats.Interval;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code policy replay --json} prints; times are seconds since 1970.
 *
 * @param policyDigest of the draft
 * @param judge what judges the answers now
 * @param evaluations how many ended in the period
 */
record ReplayView(
    String policyDigest,
    long since,
    long until,
    String judge,
    int evaluations,
    int unchanged,
    List<ChangedView> changed,
    List<UndecidableView> undecidable) {

  static ReplayView of(Digest draft, Period period, List<Redecided> all) {
    List<ChangedView> changed = only(all, Redecided.Changed.class).map(ChangedView::of).toList();
    List<UndecidableView> undecidable =
        only(all, Redecided.Undecidable.class).map(UndecidableView::of).toList();
    return new ReplayView(
        draft.toString(),
        period.since().getEpochSecond(),
        period.until().getEpochSecond(),
        RefusalJudge.VERSION,
        all.size(),
        all.size() - changed.size() - undecidable.size(),
        changed,
        undecidable);
  }

  private static <T> Stream<T> only(List<Redecided> all, Class<T> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast);
  }

  /** A verdict as it was given. */
  record GivenView(String verdict, String rule, String policyDigest, String judge) {
    static GivenView of(PastEvaluation past) {
      return new GivenView(
          past.outcome().verdict(),
          past.outcome().rule(),
          past.evaluation().policyDigest().toString(),
          past.judge());
    }
  }

  /** A verdict as it would be. */
  record WouldBeView(String verdict, String rule, @Nullable String policyDigest) {
    static WouldBeView of(Verdict verdict, @Nullable String policyDigest) {
      return new WouldBeView(verdict.decision().wireName(), verdict.rule(), policyDigest);
    }
  }

  /** What a verdict rests on; fractions, or a count of behaviours. */
  record FigureView(String name, double value, @Nullable List<Double> interval, double limit) {
    static FigureView of(DecidingFigure figure) {
      Interval interval = figure.interval();
      return new FigureView(
          figure.name(),
          figure.value(),
          interval == null ? null : List.of(interval.low(), interval.high()),
          figure.limit());
    }
  }

  /**
   * An evaluation that would end otherwise.
   *
   * @param why the new verdict in a sentence
   * @param again what the policy of then gives today, where that differs from what it gave
   */
  record ChangedView(
      String job,
      String tenant,
      String baseModel,
      String packDigest,
      long finishedAt,
      GivenView from,
      WouldBeView to,
      String why,
      @Nullable FigureView figure,
      @Nullable WouldBeView again) {
    static ChangedView of(Redecided.Changed changed) {
      PastEvaluation past = changed.past();
      Verdict again = changed.again();
      return new ChangedView(
          past.evaluation().jobId(),
          past.job().tenant(),
          past.job().baseModel(),
          past.evaluation().packDigest().toString(),
          past.finishedAt().getEpochSecond(),
          GivenView.of(past),
          WouldBeView.of(changed.verdict(), PolicyDigest.of(changed.policy()).toString()),
          VerdictView.of(changed.verdict(), changed.policy()).sentence(),
          DecidingFigure.of(changed.verdict(), changed.policy()).map(FigureView::of).orElse(null),
          again == null
              ? null
              : WouldBeView.of(again, past.evaluation().policyDigest().toString()));
    }
  }

  /** An evaluation that cannot be decided again. */
  record UndecidableView(
      String job,
      String tenant,
      String baseModel,
      String packDigest,
      long finishedAt,
      GivenView from,
      String reason,
      int behavioursNeeded,
      int secondAnswersNeeded) {
    static UndecidableView of(Redecided.Undecidable open) {
      PastEvaluation past = open.past();
      return new UndecidableView(
          past.evaluation().jobId(),
          past.job().tenant(),
          past.job().baseModel(),
          past.evaluation().packDigest().toString(),
          past.finishedAt().getEpochSecond(),
          GivenView.of(past),
          open.reason(),
          open.behaviours(),
          open.secondAnswers());
    }
  }
}
