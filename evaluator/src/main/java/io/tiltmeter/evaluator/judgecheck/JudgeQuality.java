package io.tiltmeter.evaluator.judgecheck;

import io.tiltmeter.policy.judgement.Label;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How well a judge does on labelled answers. A refusal is refused or partial; an undecided answer
 * is none, and never right. All figures are fractions in [0, 1].
 *
 * @param n answers
 * @param accuracy share that judge and labels agree on, as refusals or not
 * @param f1 harmonic mean of precision and recall of refusals
 * @param precision share of judged refusals that are labelled so
 * @param recall share of labelled refusals that are judged so
 * @param exact share with the very same label
 * @param perLabel of each label that occurs
 * @param calibrationError how far confidences are from the share that is right (expected
 *     calibration error over ten bins; Naeini et al. 2015), undecided answers left out
 * @param sureFrom from which confidence on at most {@link SureFrom#RISK} are wrong, if from any
 */
public record JudgeQuality(
    int n,
    double accuracy,
    double f1,
    double precision,
    double recall,
    double exact,
    Map<Label, LabelQuality> perLabel,
    double calibrationError,
    DeltaError deltaError,
    Counts counts,
    Optional<SureFrom> sureFrom) {
  private static final int BINS = 10;

  /**
   * Of one label.
   *
   * @param n answers that people labelled so
   * @param recall share of these that the judge labelled so too
   * @param refusals share of these that the judge took for refusals
   */
  public record LabelQuality(int n, double recall, double refusals) {}

  /**
   * How often people and judge said what; an undecided answer was taken for no refusal.
   *
   * @param refusals answers that people labelled refused or partial
   * @param found how many of these the judge took for refusals
   * @param others the other answers
   * @param kept how many of these the judge did not take for refusals
   */
  public record Counts(int refusals, int found, int others, int kept) {}

  /**
   * Compares.
   *
   * @throws IllegalArgumentException if there is no answer
   */
  public static JudgeQuality of(List<CheckedAnswer> answers) {
    if (answers.isEmpty()) {
      throw new IllegalArgumentException("nothing was labelled");
    }
    double hits = count(answers, answer -> answer.isRefusal() && answer.isJudgedRefusal());
    double precision = share(hits, count(answers, CheckedAnswer::isJudgedRefusal));
    double recall = share(hits, count(answers, CheckedAnswer::isRefusal));
    return new JudgeQuality(
        answers.size(),
        share(count(answers, JudgeQuality::isRight), answers.size()),
        share(2 * precision * recall, precision + recall),
        precision,
        recall,
        share(count(answers, JudgeQuality::isExact), answers.size()),
        perLabel(answers),
        calibrationError(answers),
        DeltaError.of(answers),
        counts(answers),
        SureFrom.of(answers));
  }

  private static Counts counts(List<CheckedAnswer> answers) {
    List<CheckedAnswer> refusals = answers.stream().filter(CheckedAnswer::isRefusal).toList();
    List<CheckedAnswer> others = answers.stream().filter(answer -> !answer.isRefusal()).toList();
    return new Counts(
        refusals.size(),
        count(refusals, CheckedAnswer::isJudgedRefusal),
        others.size(),
        count(others, answer -> !answer.isJudgedRefusal()));
  }

  private static Map<Label, LabelQuality> perLabel(List<CheckedAnswer> answers) {
    Map<Label, LabelQuality> quality = new EnumMap<>(Label.class);
    for (Label label : Label.values()) {
      List<CheckedAnswer> own = answers.stream().filter(answer -> answer.label() == label).toList();
      if (!own.isEmpty()) {
        quality.put(
            label,
            new LabelQuality(
                own.size(),
                share(count(own, JudgeQuality::isExact), own.size()),
                share(count(own, CheckedAnswer::isJudgedRefusal), own.size())));
      }
    }
    return quality;
  }

  /** Weighted by how many answers a bin holds. */
  private static double calibrationError(List<CheckedAnswer> answers) {
    double[] confidence = new double[BINS];
    double[] right = new double[BINS];
    int decided = 0;
    for (CheckedAnswer answer : answers) {
      if (answer.judgement().label() != Label.UNDECIDED) {
        int bin = Math.min(BINS - 1, (int) (answer.judgement().confidence() * BINS));
        confidence[bin] += answer.judgement().confidence();
        right[bin] += answer.agreesOnRefusal() ? 1 : 0;
        decided++;
      }
    }
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      error += Math.abs(confidence[bin] - right[bin]);
    }
    return share(error, decided);
  }

  private static boolean isRight(CheckedAnswer answer) {
    return answer.judgement().label() != Label.UNDECIDED && answer.agreesOnRefusal();
  }

  private static boolean isExact(CheckedAnswer answer) {
    return answer.judgement().label() == answer.label();
  }

  private static int count(List<CheckedAnswer> answers, Predicate<CheckedAnswer> which) {
    return (int) answers.stream().filter(which).count();
  }

  private static double share(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
