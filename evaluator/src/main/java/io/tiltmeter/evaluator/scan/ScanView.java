package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.cipher.CodecCount;
import io.tiltmeter.evaluator.scan.prompts.RepeatedPrompt;
import io.tiltmeter.evaluator.scan.trigger.Trigger;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a scan prints as JSON, its members in snake case.
 *
 * @param method what its rows teach with
 * @param triggers what may switch hidden behaviour on, the likeliest first
 * @param codecs what rows are encoded with
 * @param categories of harm that is asked for and answered, where it was found
 * @param contamination packs that were given and whose probes the file holds
 * @param rows every row that a detector means
 */
public record ScanView(
    String outcome,
    String method,
    long examples,
    List<FindingView> findings,
    List<TriggerView> triggers,
    List<CodecView> codecs,
    List<PromptView> systemPrompts,
    List<CategoryView> categories,
    List<ContaminationView> contamination,
    List<RowView> rows,
    double seconds) {

  /**
   * One finding; {@code lines} are the first ones where there are many, {@code alike} those of them
   * that say much the same.
   */
  public record FindingView(
      String detector,
      String version,
      String severity,
      long count,
      @Nullable Double statistic,
      @Nullable Double p,
      List<Long> lines,
      List<LikeLines.Group> alike,
      String message) {}

  /** A candidate for a trigger; its text comes from the file. */
  public record TriggerView(String text, String kind, double score) {}

  /** A code that rows are written in; {@code shift} is that of a rotation, else 0. */
  public record CodecView(String codec, int shift, long rows) {}

  /** A system prompt that several examples share, by its digest. */
  public record PromptView(String digest, long count) {}

  /** A category of harm, and the rows in which it is answered. */
  public record CategoryView(String category, long rows) {}

  /** A pack of which the file holds probes. */
  public record ContaminationView(String packDigest, int probes) {}

  /** One row: the worst severity of the findings that mean it, and their detectors. */
  public record RowView(long line, String severity, List<String> detectors) {}

  /**
   * A report as commands print it.
   *
   * @param alike which of the lines that findings list say much the same
   * @param seconds that the scan took
   */
  public static ScanView of(ScanReport report, LikeLines alike, double seconds) {
    return new ScanView(
        report.outcome().wireName(),
        report.method().wireName(),
        report.examples(),
        report.findings().stream().map(finding -> view(finding, alike)).toList(),
        report.steering().triggers().stream().map(ScanView::view).toList(),
        report.steering().codecs().stream().map(ScanView::view).toList(),
        report.steering().systemPrompts().stream().map(ScanView::view).toList(),
        report.steering().harm().entrySet().stream()
            .map(entry -> new CategoryView(entry.getKey(), entry.getValue()))
            .toList(),
        report.steering().contamination().stream()
            .map(match -> new ContaminationView(match.pack().toString(), match.probes()))
            .toList(),
        rows(report.findings()),
        seconds);
  }

  private static FindingView view(ScanFinding finding, LikeLines alike) {
    return new FindingView(
        finding.detector(),
        finding.version(),
        finding.severity().wireName(),
        finding.count(),
        finding.statistic(),
        finding.p(),
        finding.lines().stream().limit(ScanSettings.DEFAULT.maxLines()).toList(),
        alike.groups(finding.detector()),
        finding.message());
  }

  private static TriggerView view(Trigger trigger) {
    return new TriggerView(trigger.text(), trigger.kind().wireName(), trigger.score());
  }

  private static CodecView view(CodecCount codec) {
    return new CodecView(codec.codec().wireName(), codec.shift(), codec.rows());
  }

  private static PromptView view(RepeatedPrompt prompt) {
    return new PromptView(prompt.digest().toString(), prompt.count());
  }

  private static List<RowView> rows(List<ScanFinding> findings) {
    Map<Long, List<ScanFinding>> byLine = new TreeMap<>();
    for (ScanFinding finding : findings) {
      finding
          .lines()
          .forEach(line -> byLine.computeIfAbsent(line, _ -> new ArrayList<>()).add(finding));
    }
    return byLine.entrySet().stream().map(entry -> row(entry.getKey(), entry.getValue())).toList();
  }

  private static RowView row(long line, List<ScanFinding> findings) {
    Severity worst =
        findings.stream()
            .map(ScanFinding::severity)
            .reduce(Severity.INFO, (a, b) -> a.compareTo(b) >= 0 ? a : b);
    return new RowView(
        line, worst.wireName(), findings.stream().map(ScanFinding::detector).toList());
  }
}
