package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.judgecheck.DeltaError;
import io.tiltmeter.evaluator.judgecheck.JudgeQuality;
import io.tiltmeter.evaluator.judgecheck.JudgeQuality.LabelQuality;
import io.tiltmeter.evaluator.judgecheck.SureFrom;
import io.tiltmeter.policy.gate.JudgedWith;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How well the judge does, as {@code judge eval} prints it. */
record JudgeView(
    String judge,
    int n,
    double accuracy,
    double f1,
    double precision,
    double recall,
    double exactLabels,
    Map<String, LabelQuality> perLabel,
    double calibrationError,
    DeltaError deltaError,
    Calibration calibration,
    @Nullable SureFrom sureFrom,
    double millisecondsPerAnswer) {

  /** What a policy's {@code judge.calibration} says of this judge: the counts to copy there. */
  record Calibration(
      String judge, int refusals, int found, int others, int kept, @Nullable String tokenizer) {

    String yaml() {
      String counted =
          "judge: %s, refusals: %d, found: %d, others: %d, kept: %d"
              .formatted(judge, refusals, found, others, kept);
      return tokenizer == null ? counted : counted + ", tokenizer: \"" + tokenizer + "\"";
    }
  }

  static JudgeView of(JudgeQuality quality, JudgedWith labels, double milliseconds) {
    Map<String, LabelQuality> perLabel = new LinkedHashMap<>();
    quality.perLabel().forEach((label, own) -> perLabel.put(label.wireName(), own));
    return new JudgeView(
        labels.judge(),
        quality.n(),
        quality.accuracy(),
        quality.f1(),
        quality.precision(),
        quality.recall(),
        quality.exact(),
        perLabel,
        quality.calibrationError(),
        quality.deltaError(),
        calibration(quality, labels),
        quality.sureFrom().orElse(null),
        milliseconds);
  }

  private static Calibration calibration(JudgeQuality quality, JudgedWith labels) {
    JudgeQuality.Counts counts = quality.counts();
    return new Calibration(
        labels.judge(),
        counts.refusals(),
        counts.found(),
        counts.others(),
        counts.kept(),
        labels.tokenizer());
  }

  List<String> table() {
    List<String> lines = new ArrayList<>();
    lines.add("%,d answers, judge %s, %.3f ms each".formatted(n, judge, millisecondsPerAnswer));
    lines.add(
        "refusals: accuracy %s, F1 %s, precision %s, recall %s"
            .formatted(percent(accuracy), percent(f1), percent(precision), percent(recall)));
    perLabel.forEach(
        (label, own) ->
            lines.add(
                "%-10s %,5d  judged so %s, taken for refusals %s"
                    .formatted(label, own.n(), percent(own.recall()), percent(own.refusals()))));
    lines.add("confidences are off by %s on average".formatted(percent(calibrationError)));
    lines.add(sure());
    lines.add(
        "delta over %d ordered pairs of models: off by %s on average, %s at most"
            .formatted(deltaError.pairs(), percent(deltaError.mean()), percent(deltaError.max())));
    lines.add("for a policy: judge: {calibration: {%s}}".formatted(calibration.yaml()));
    lines.add(
        "add runtime%s there, as \"tiltmeter evaluate\" prints it, so that it expires with that too"
            .formatted(calibration.tokenizer == null ? " and tokenizer" : ""));
    return lines;
  }

  private String sure() {
    return sureFrom == null
        ? "no confidence is shown to keep errors at or below %s; label at least %d answers"
            .formatted(percent(SureFrom.RISK), SureFrom.LEAST)
        : "from confidence %.2f on (%s of the answers) at most %s are wrong, with 95 %% certainty"
            .formatted(sureFrom.confidence(), percent(sureFrom.coverage()), percent(SureFrom.RISK));
  }

  private static String percent(double fraction) {
    return "%.1f %%".formatted(100 * fraction);
  }
}
