package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.DatasetScan;
import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanResult;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.evaluator.scan.row.FormatProblem;
import io.tiltmeter.evaluator.scan.row.Packing;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.gateway.db.Database;
import io.tiltmeter.gateway.db.Sql;
import io.tiltmeter.gateway.job.JobStore;
import io.tiltmeter.gateway.work.Task;
import io.tiltmeter.gateway.work.WorkItem;
import io.tiltmeter.gateway.work.WorkKind;
import io.tiltmeter.gateway.work.WorkStore;
import io.tiltmeter.policy.dataset.ScanFinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads every line of an upload and lets the jobs that wait for it go on, or not. */
public final class ScanTask implements Task {
  private static final int PROBLEMS_TOLD = 5;

  private final Database database;
  private final Parts parts;
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
    ScanResult result = scan(upload.get());
    database.transact(sql -> conclude(sql, item, upload.get(), result));
  }

  /** Trainers read files as they were uploaded, so that a packed one is no training file here. */
  private ScanResult scan(ScanStore.Upload upload) {
    Path file = parts.blobs().path(upload.digest());
    try {
      Packing packing = Packing.of(file);
      return packing == Packing.NONE
          ? DatasetScan.scan(file, ScanSettings.DEFAULT, parts.packs())
          : packed(packing);
    } catch (IOException e) {
      throw new UncheckedIOException("upload %s cannot be read".formatted(upload.id()), e);
    }
  }

  private static ScanResult packed(Packing packing) {
    FormatProblem problem =
        new FormatProblem(
            0, "it is packed with %s; upload the lines as they are".formatted(packing.wireName()));
    return new ScanResult.Invalid(List.of(problem), 1, 0);
  }

  private void conclude(Sql sql, WorkItem item, ScanStore.Upload upload, ScanResult result) {
    parts.work().finish(sql, item);
    switch (result) {
      case ScanResult.Scanned(ScanReport report) -> {
        parts.scans().scanned(sql, upload, report);
        sql.afterCommit(() -> report.findings().forEach(observer));
      }
      case ScanResult.Invalid invalid -> parts.scans().invalid(sql, upload, problem(invalid));
    }
    letGo(sql, upload);
  }

  private void letGo(Sql sql, ScanStore.Upload upload) {
    parts
        .jobs()
        .waitingFor(sql, upload.tenantId(), upload.id())
        .forEach(job -> parts.gate().apply(sql, job));
  }

  private static String problem(ScanResult.Invalid invalid) {
    String told =
        invalid.problems().stream()
            .limit(PROBLEMS_TOLD)
            .map(ScanTask::words)
            .collect(Collectors.joining("; "));
    long more = invalid.count() - Math.min(invalid.problems().size(), PROBLEMS_TOLD);
    return more > 0 ? "%s; and %d more".formatted(told, more) : told;
  }

  private static String words(FormatProblem problem) {
    return problem.line() == 0
        ? problem.message()
        : "line %d: %s".formatted(problem.line(), problem.message());
  }

  @Override
  public void giveUp(WorkItem item) {
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
