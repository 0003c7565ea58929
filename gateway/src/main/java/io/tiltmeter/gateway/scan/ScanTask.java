package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanResult;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.dataset.LikeLines;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads every line of an upload and lets the jobs that wait for it go on, or not. */
public final class ScanTask implements Task {
  private final Database database;
  private final Parts parts;
  private final UploadScan scan;
  private final Consumer<ScanFinding> observer;

  /**
   * What scanning works with.
   *
   * @param packs whose probes training data must not hold
   */
  public record Parts(
      BlobStore blobs,
      ScanStore scans,
      JobStore jobs,
      DatasetGate gate,
      WorkStore work,
      PackPrints packs) {}

  /**
   * @param observer hears of each finding after its commit; for metrics
   */
  public ScanTask(Database database, Parts parts, Consumer<ScanFinding> observer) {
    this.database = database;
    this.parts = parts;
    this.scan = new UploadScan(parts.blobs(), parts.packs());
    this.observer = observer;
  }

  @Override
  public WorkKind kind() {
    return WorkKind.SCAN;
  }

  @Override
  public void run(WorkItem item) {
    Optional<ScanStore.Upload> upload = parts.scans().find(database, item.subject());
    if (upload.isEmpty() || !upload.get().state().equals("quarantined")) {
      database.transact(sql -> parts.work().finish(sql, item));
      return;
    }
    ScanResult result = scan.of(upload.get(), ScanSettings.DEFAULT);
    Scanned scanned = new Scanned(upload.get(), result, scan.alike(upload.get(), result));
    database.transact(sql -> conclude(sql, item, scanned));
    scan.done(upload.get());
  }

  /** A file and what came of its scan. */
  private record Scanned(ScanStore.Upload upload, ScanResult result, LikeLines alike) {}

  private void conclude(Sql sql, WorkItem item, Scanned scanned) {
    ScanStore.Upload upload = scanned.upload();
    parts.work().finish(sql, item);
    switch (scanned.result()) {
      case ScanResult.Scanned(ScanReport report) -> {
        parts.scans().scanned(sql, upload, report, scanned.alike());
        sql.afterCommit(() -> report.findings().forEach(observer));
      }
      case ScanResult.Invalid invalid ->
          parts.scans().invalid(sql, upload, UploadScan.problem(invalid));
    }
    letGo(sql, upload);
  }

  private void letGo(Sql sql, ScanStore.Upload upload) {
    parts
        .jobs()
        .waitingFor(sql, upload.tenantId(), upload.id())
        .forEach(job -> parts.gate().apply(sql, job));
  }

  @Override
  public void giveUp(WorkItem item) {
    parts.scans().find(database, item.subject()).ifPresent(scan::done);
    database.transact(
        sql -> {
          parts.work().finish(sql, item);
          parts
              .scans()
              .find(sql, item.subject())
              .ifPresent(
                  upload -> {
                    parts.scans().invalid(sql, upload, "it could not be scanned; upload it again");
                    letGo(sql, upload);
                  });
        });
  }
}
