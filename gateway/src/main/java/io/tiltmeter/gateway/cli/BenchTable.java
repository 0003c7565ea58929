package io.tiltmeter.gateway.cli;

import io.tiltmeter.evaluator.bench.PairCost;
import io.tiltmeter.gateway.cli.BenchView.LimitsView;
import io.tiltmeter.gateway.cli.BenchView.RatioView;
import io.tiltmeter.gateway.cli.BenchView.SpeedView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code bench} measured, for people. */
final class BenchTable {
  private BenchTable() {}

  static List<String> lines(BenchView view) {
    List<String> lines = new ArrayList<>();
    addLimits(view.limits(), lines);
    view.speeds().forEach((format, speed) -> addSpeed(format, speed, lines));
    addCost("base alone", view.baseAlone(), lines);
    addCost("base and tuned", view.pair(), lines);
    view.ratios().forEach(ratio -> lines.add(line(ratio)));
    return lines;
  }

  private static void addLimits(@Nullable LimitsView limits, List<String> lines) {
    if (limits == null) {
      return;
    }
    lines.add(
        "limits: %.1f GB/s of memory, or %.1f steps/s that read every weight in float32 once"
            .formatted(limits.bytesPerSecond() / 1e9, limits.bandwidthSteps()));
    limits
        .productRows()
        .forEach(
            (rows, rate) ->
                lines.add(
                    "limits: matrix products alone, %4d rows: %,.0f rows/s".formatted(rows, rate)));
    limits
        .productTokens()
        .forEach(
            (prompts, rate) ->
                lines.add(
                    "limits: matrix products alone, prompts of %s: %,.0f tokens/s"
                        .formatted(prompts, rate)));
  }

  private static void addSpeed(String format, SpeedView speed, List<String> lines) {
    speed
        .decode()
        .forEach(
            (rows, rate) ->
                lines.add("%s: decode, %d rows: %,.1f tokens/s".formatted(format, rows, rate)));
    speed
        .prefill()
        .forEach(
            (shape, rate) ->
                lines.add("%s: prefill, %s: %,.0f tokens/s".formatted(format, shape, rate)));
  }

  private static void addCost(String what, @Nullable PairCost cost, List<String> lines) {
    if (cost != null) {
      lines.add(
          "%s: first token after %.2f s, answers in %.1f s, %,d MiB"
              .formatted(what, cost.start(), cost.answers(), cost.resident() >> 20));
    }
  }

  static String line(RatioView ratio) {
    return "%s  %s: %.2f, bar %s %.2f"
        .formatted(
            ratio.met() ? "met   " : "MISSED",
            ratio.name(),
            ratio.value(),
            ratio.atMost() ? "at most" : "at least",
            ratio.bar());
  }
}
