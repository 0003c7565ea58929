package io.tiltmeter.gateway.page;

import io.tiltmeter.dashboards.cases.DatasetCasePage;
import io.tiltmeter.dashboards.cases.DatasetCasePage.Closing;
import io.tiltmeter.dashboards.job.DatasetDesk;
import io.tiltmeter.dashboards.job.ScanReport;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.scan.DatasetCase;
import io.tiltmeter.gateway.scan.KeptScan;
import io.tiltmeter.gateway.scan.RescanReasons;
import io.tiltmeter.gateway.tenant.PolicyProposal.Target;
import io.tiltmeter.policy.dataset.ScanFinding;
import io.tiltmeter.policy.dataset.ScanRules;
import io.tiltmeter.policy.dataset.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A case on a past training file as staff sees it. */
final class DatasetCaseViews {
  private final Database database;
  private final PageSite.Stores stores;
  private final CaseQueueStore queue;
  private final DatasetDesks desks;

  DatasetCaseViews(PageSite.Parts parts, CaseQueueStore queue) {
    this.database = parts.database();
    this.stores = parts.stores();
    this.queue = queue;
    this.desks = new DatasetDesks(parts);
  }

  /**
   * The page.
   *
   * @param typed into the form for its end
   * @param excerpt that was asked for; null where none was
   */
  DatasetCasePage view(DatasetCase on, Closing.Form typed, DatasetDesk.@Nullable Excerpt excerpt) {
    RescanReasons reasons = RescanReasons.of(on);
    String tenant = queue.tenant(database, on.tenantId());
    List<KeptScan> scans = stores.scans().scans(database, on.tenantId(), on.fileId());
    return new DatasetCasePage(
        on.id(),
        tenant,
        stores.files().findForStaff(database, on.fileId()).orElseThrow().filename(),
        on.openedAt(),
        new DatasetCasePage.Scans(reasons.before(), reasons.after()),
        reasons.changes().stream().map(DatasetCaseViews::change).toList(),
        findings(scans, reasons),
        reasons.jobs().stream()
            .map(job -> new DatasetCasePage.Affected(job.job(), job.stage(), job.model()))
            .toList(),
        on.evidence().toString(),
        new DatasetDesk(
            desks.origin(on.fileId()), DatasetDesks.scans(scans, 0, rules(on, tenant)), excerpt),
        on.end() == null
            ? typed
            : new Closing.Closed(on.end().person(), on.end().reason(), on.end().at()));
  }

  /** Past scans are told by what holds today; what the case is about was weighed before. */
  private ScanRules rules(DatasetCase on, String tenant) {
    Target target = new Target.OfTenant(on.tenantId(), tenant);
    return new ScanRules(
        stores.policies().byDigest(database, stores.policies().inForce(database, target)).scan());
  }

  private static DatasetCasePage.Change change(RescanReasons.Change change) {
    RescanReasons.Side before = change.before();
    return new DatasetCasePage.Change(
        change.detector(), before == null ? null : side(before), side(change.after()));
  }

  private static DatasetCasePage.Side side(RescanReasons.Side side) {
    return new DatasetCasePage.Side(
        side.version(),
        ScanReport.Severity.valueOf(side.severity().toUpperCase(Locale.ROOT)),
        side.count());
  }

  /** Where a detector found what is worse; by the strictest of the policies, if there are some. */
  private static List<ScanReport.Finding> findings(List<KeptScan> scans, RescanReasons reasons) {
    Map<String, Severity> worse =
        reasons.changes().stream()
            .collect(
                Collectors.toMap(
                    RescanReasons.Change::detector,
                    change -> Severity.valueOf(change.after().severity().toUpperCase(Locale.ROOT)),
                    (one, other) -> one.compareTo(other) > 0 ? one : other));
    return scans.stream()
        .filter(scan -> scan.number() == reasons.after())
        .flatMap(scan -> findings(scan, worse))
        .toList();
  }

  private static Stream<ScanReport.Finding> findings(KeptScan scan, Map<String, Severity> worse) {
    return scan.findings().stream()
        .filter(finding -> worse.containsKey(finding.detector()))
        .map(finding -> DatasetDesks.finding(scan, weighed(finding, worse)));
  }

  private static ScanFinding weighed(ScanFinding finding, Map<String, Severity> worse) {
    return finding.withSeverity(worse.getOrDefault(finding.detector(), finding.severity()));
  }
}
