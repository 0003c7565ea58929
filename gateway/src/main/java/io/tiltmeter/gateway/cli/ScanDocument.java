package io.tiltmeter.gateway.cli;

import io.tiltmeter.dashboards.asset.Assets;
import io.tiltmeter.dashboards.job.ScanReport.Finding;
import io.tiltmeter.dashboards.job.ScanReport.Severity;
import io.tiltmeter.dashboards.page.Pages;
import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A scan as a document for people that opens without a server. */
final class ScanDocument {
  private ScanDocument() {}

  /** The HTML; no text of the file is in it. */
  static String of(Path file, ScanReport report, LikeLines alike) {
    List<Finding> findings =
        report.findings().stream()
            .sorted(Comparator.comparing(ScanFinding::severity).reversed())
            .map(finding -> finding(finding, alike))
            .toList();
    return new Pages(Assets.load())
        .scan(
            new io.tiltmeter.dashboards.job.ScanReport(
                String.valueOf(file.getFileName()),
                report.examples(),
                Severity.valueOf(report.outcome().name()),
                findings,
                null));
  }

  private static Finding finding(ScanFinding finding, LikeLines alike) {
    return new Finding(
        finding.detector(),
        Severity.valueOf(finding.severity().name()),
        finding.count(),
        finding.lines().stream().limit(ScanCommand.LISTED_LINES).map(Math::toIntExact).toList(),
        alike.groups(finding.detector()),
        finding.message());
  }
}
