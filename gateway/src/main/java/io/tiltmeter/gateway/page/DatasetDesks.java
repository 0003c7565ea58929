package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.job.ScanReport;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.file.Croissant;
import io.tiltmeter.gateway.file.FileStore;
import io.tiltmeter.gateway.file.Provenance;
import io.tiltmeter.gateway.file.TrainingFile;
import io.tiltmeter.gateway.scan.KeptScan;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.ScanOutcome;
import io.tiltmeter.policy.dataset.ScanRules;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What pages show staff of a training file. */
final class DatasetDesks {
  private final Database database;
  private final FileStore files;

  DatasetDesks(PageSite.Parts parts) {
    database = parts.database();
    files = parts.stores().files();
  }

  /** What one scan found as a policy weighs it, most severe first. */
  static List<ScanReport.Finding> findings(KeptScan scan, ScanRules rules) {
    return rules.apply(scan.findings()).stream()
        .map(finding -> finding(scan, finding))
        .sorted(Comparator.comparing(ScanReport.Finding::severity).reversed())
        .toList();
  }

  /** One finding, weighed already. */
  static ScanReport.Finding finding(KeptScan scan, ScanFinding finding) {
    return new ScanReport.Finding(
        finding.detector(),
        ScanReport.Severity.valueOf(finding.severity().name()),
        finding.count(),
        finding.lines().stream().map(Math::toIntExact).toList(),
        scan.alike().groups(finding.detector()),
        finding.message());
  }

  /**
   * Every scan of a file in a line each.
   *
   * @param decided number of the one that a job was decided on; 0 for none
   */
  static List<DatasetDesk.Scan> scans(List<KeptScan> scans, int decided, ScanRules rules) {
    return scans.stream()
        .map(
            scan ->
                new DatasetDesk.Scan(
                    scan.number(),
                    scan.at(),
                    scan.problem() == null
                        ? ScanOutcome.of(rules.apply(scan.findings())).wireName()
                        : scan.problem(),
                    scan.versions() == null ? null : scan.versions().toString(),
                    scan.number() == decided))
        .toList();
  }

  /** Where a file comes from. */
  DatasetDesk.Origin origin(String fileId) {
    TrainingFile file = files.findForStaff(database, fileId).orElseThrow();
    Provenance provenance = file.origin().provenance();
    return new DatasetDesk.Origin(
        file.origin().keyId(),
        file.origin().address(),
        file.createdAt(),
        file.blob().digest().toString(),
        provenance.source().wireName(),
        provenance.origin(),
        metadata(provenance.croissant()));
  }

  private static DatasetDesk.@Nullable Metadata metadata(@Nullable String croissant) {
    if (croissant == null) {
      return null;
    }
    Croissant read = Croissant.read(croissant);
    return new DatasetDesk.Metadata(read.name(), read.version(), read.license(), read.url());
  }
}
