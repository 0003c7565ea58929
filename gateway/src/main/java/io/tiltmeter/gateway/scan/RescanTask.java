package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanResult;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.contamination.ContaminationFinder;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Scans a past file with the detectors and packs of today, on one thread, while no upload waits for
 * its first scan. The earlier report stays; what is worse becomes a case.
 *
 * <p>Neither jobs nor what their evaluations try changes by it: those go on with what they began
 * with. Jobs to come are decided on the new report.
 */
public final class RescanTask implements Task {
  /** How long a file steps back for uploads. */
  private static final Duration STEP_BACK = Duration.ofSeconds(30);

  private final Database database;
  private final Parts parts;
  private final UploadScan scan;
  private final Consumer<RescanOutcome> observer;
  private final Clock clock;

  /**
   * What scanning again works with.
   *
   * @param packs whose probes training data must not hold
   */
  public record Parts(
      BlobStore blobs,
      ScanStore scans,
      WorkStore work,
      RescanPlan plan,
      RescanReview review,
      PackPrints packs) {}

  /**
   * A task.
   *
   * @param observer hears what came of each file after its commit; for metrics
   */
  public RescanTask(Database database, Parts parts, Consumer<RescanOutcome> observer, Clock clock) {
    this.database = database;
    this.parts = parts;
    this.scan = new UploadScan(parts.blobs(), parts.packs());
    this.observer = observer;
    this.clock = clock;
  }

  @Override
  public WorkKind kind() {
    return WorkKind.RESCAN;
  }

  @Override
  public void run(WorkItem item) {
    if (parts.work().isAnyOpen(database, WorkKind.SCAN)) {
      database.transact(sql -> stepBack(sql, item));
      return;
    }
    Optional<ScanStore.Upload> upload = wanted(database, item);
    if (upload.isEmpty()) {
      database.transact(sql -> end(sql, item));
      return;
    }
    Again again = again(upload.get());
    database.transact(sql -> conclude(sql, item, again));
    scan.done(upload.get());
  }

  /** What came of another look at a file. */
  private record Again(ScanResult result, LikeLines alike) {}

  /** Where nothing but the packs has changed, the file is compared with them and no more. */
  private Again again(ScanStore.Upload upload) {
    Optional<KeptScan> before = parts.scans().sameButForPacks(database, upload);
    ScanResult result =
        before.isPresent()
            ? scan.compared(upload)
            : scan.of(upload, ScanSettings.DEFAULT.withThreads(1));
    Again again = new Again(result, scan.alike(upload, result));
    return before.map(kept -> beside(kept, again)).orElse(again);
  }

  /** What a comparison found, beside what else is known of the file. */
  private static Again beside(KeptScan before, Again again) {
    if (!(again.result() instanceof ScanResult.Scanned(ScanReport report))) {
      return again;
    }
    List<ScanFinding> findings = new ArrayList<>(before.findings());
    findings.removeIf(finding -> finding.detector().equals(ContaminationFinder.NAME));
    findings.addAll(report.findings());
    Map<String, List<Long>> alike = new HashMap<>(before.alike().byDetector());
    alike.remove(ContaminationFinder.NAME);
    alike.putAll(again.alike().byDetector());
    return new Again(new ScanResult.Scanned(report.with(findings)), new LikeLines(alike));
  }

  /** The file, if it is still there and these versions have not read it. */
  private Optional<ScanStore.Upload> wanted(Sql sql, WorkItem item) {
    return parts
        .scans()
        .find(sql, item.subject())
        .filter(upload -> upload.state().equals("scanned"))
        .filter(upload -> !parts.scans().isScanned(sql, upload));
  }

  private void stepBack(Sql sql, WorkItem item) {
    parts.work().guard(sql, item);
    parts.work().renew(sql, WorkKind.RESCAN, item.subject(), clock.instant().plus(STEP_BACK));
  }

  private void end(Sql sql, WorkItem item) {
    parts.work().finish(sql, item);
    parts.plan().next(sql);
  }

  private void conclude(Sql sql, WorkItem item, Again again) {
    parts.work().guard(sql, item);
    parts.scans().lock(sql, item.subject());
    // The file may have been deleted while it was read.
    wanted(sql, item)
        .ifPresent(
            upload -> {
              RescanOutcome outcome = keep(sql, upload, again);
              sql.afterCommit(() -> observer.accept(outcome));
            });
    end(sql, item);
  }

  private RescanOutcome keep(Sql sql, ScanStore.Upload upload, Again again) {
    return switch (again.result()) {
      case ScanResult.Scanned(ScanReport report) -> compare(sql, upload, report, again.alike());
      case ScanResult.Invalid invalid -> {
        parts.scans().invalid(sql, upload, UploadScan.problem(invalid));
        yield RescanOutcome.INVALID;
      }
    };
  }

  private RescanOutcome compare(
      Sql sql, ScanStore.Upload upload, ScanReport report, LikeLines alike) {
    KeptScan before = parts.scans().newest(sql, upload.tenantId(), upload.id()).orElseThrow();
    int number = parts.scans().keep(sql, upload, report, alike);
    parts.scans().contaminated(sql, upload, report);
    return parts.review().consider(sql, upload, before, new RescanReview.Later(number, report));
  }

  @Override
  public void giveUp(WorkItem item) {
    parts.scans().find(database, item.subject()).ifPresent(scan::done);
    database.transact(
        sql -> {
          parts.work().guard(sql, item);
          parts.scans().lock(sql, item.subject());
          wanted(sql, item)
              .ifPresent(
                  upload -> {
                    parts
                        .scans()
                        .keep(sql, upload, KeptScan.State.FAILED, "it could not be scanned again");
                    sql.afterCommit(() -> observer.accept(RescanOutcome.FAILED));
                  });
          end(sql, item);
        });
  }
}
