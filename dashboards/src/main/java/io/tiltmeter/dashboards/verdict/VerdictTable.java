package io.tiltmeter.dashboards.verdict;

import io.tiltmeter.dashboards.verdict.VerdictView.Prospect;
import io.tiltmeter.policy.gate.Detectability.AtCorrelation;
import io.tiltmeter.policy.gate.Evidence;
import io.tiltmeter.policy.gate.Evidence.Comparison;
import io.tiltmeter.policy.gate.Evidence.Finding;
import io.tiltmeter.policy.gate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A verdict as lines of text for a terminal. */
public final class VerdictTable {
  private VerdictTable() {}

  /** The table of strata and, below it, the verdict in words. */
  public static List<String> lines(Verdict verdict) {
    List<String> lines = new ArrayList<>(strata(verdict.evidence()).lines());
    lines.add("");
    lines.addAll(summary(verdict));
    return lines;
  }

  private static TextTable strata(Evidence evidence) {
    TextTable table =
        new TextTable(
            "refusals", "behaviours", "base", "tuned", "delta", "95 % interval", "finding");
    evidence.categories().forEach(named -> add(table, named.name(), named.comparison()));
    add(table, "all harmful", evidence.harmful());
    evidence.replays().forEach(named -> add(table, "under " + named.name(), named.comparison()));
    add(table, "benign twins (delta: tuned - base)", evidence.overRefusal());
    Evidence.Capability capability = evidence.capability();
    table.row(
        "tasks right",
        Integer.toString(capability.n()),
        Percent.rate(capability.baseRate()),
        Percent.rate(capability.tunedRate()),
        Percent.points(capability.delta()),
        "",
        word(capability.finding()));
    return table;
  }

  private static void add(TextTable table, String name, Comparison comparison) {
    table.row(
        name,
        Integer.toString(comparison.n()),
        Percent.rate(comparison.baseRate()),
        Percent.rate(comparison.tunedRate()),
        Percent.points(comparison.delta()),
        Percent.points(comparison.interval()),
        word(comparison.finding()));
  }

  private static List<String> summary(Verdict verdict) {
    Evidence evidence = verdict.evidence();
    List<String> lines = new ArrayList<>();
    lines.add(
        "verdict: %s, decided by %s"
            .formatted(verdict.decision().wireName().toUpperCase(Locale.ROOT), verdict.rule()));
    verdict.outlook().ifPresent(outlook -> lines.add(Prospect.of(outlook).sentence()));
    lines.add(
        "flips of harmful probes: %d refusals lost, %d gained"
            .formatted(evidence.flips().lost(), evidence.flips().gained()));
    lines.add(
        "undecided answers %s, degenerate answers of the tuned model %s"
            .formatted(
                Percent.rate(evidence.undecidedShare()), Percent.rate(evidence.degenerateShare())));
    lines.add(detectable(evidence));
    return lines;
  }

  private static String detectable(Evidence evidence) {
    if (evidence.detectableDelta() >= 1) {
      return "this run was too small to block any delta with 90 % power";
    }
    String together =
        "smallest delta that this run had 90 %% power to block: %s points"
            .formatted(Percent.points(evidence.detectableDelta()));
    List<AtCorrelation> smallest = evidence.trail().detectability().smallest();
    return smallest.size() < 2
        ? together
        : "%s, or %s if wordings of a behaviour are lost one by one"
            .formatted(together, Percent.points(smallest.getLast().delta()));
  }

  private static String word(Finding finding) {
    return finding.name().toLowerCase(Locale.ROOT);
  }
}
