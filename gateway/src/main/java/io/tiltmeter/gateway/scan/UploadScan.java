package io.tiltmeter.gateway.scan;

import io.tiltmeter.evaluator.scan.Bookmark;
import io.tiltmeter.evaluator.scan.DatasetScan;
import io.tiltmeter.evaluator.scan.ScanExtras;
import io.tiltmeter.evaluator.scan.ScanReport;
import io.tiltmeter.evaluator.scan.ScanResult;
import io.tiltmeter.evaluator.scan.ScanSettings;
import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.evaluator.scan.hits.LikeRows;
import io.tiltmeter.evaluator.scan.row.FormatProblem;
import io.tiltmeter.evaluator.scan.row.Packing;
import io.tiltmeter.gateway.blob.BlobStore;
import io.tiltmeter.policy.dataset.LikeLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scans the bytes of an upload; blocks meanwhile, and ends soon after an interrupt. */
final class UploadScan {
  private static final Logger LOG = LoggerFactory.getLogger(UploadScan.class);
  private static final int PROBLEMS_TOLD = 5;

  private final BlobStore blobs;
  private final PackPrints packs;

  /**
   * A scan of what a store holds.
   *
   * @param packs whose probes training data must not hold
   */
  UploadScan(BlobStore blobs, PackPrints packs) {
    this.blobs = blobs;
    this.packs = packs;
  }

  /**
   * Reads every line, from where an earlier scan of the same bytes was stopped on. Trainers read
   * files as they were uploaded, so that a packed one is no training file here.
   */
  ScanResult of(ScanStore.Upload upload, ScanSettings settings) {
    Path file = blobs.path(upload.digest());
    try {
      Packing packing = Packing.of(file);
      return packing == Packing.NONE ? unpacked(upload, file, settings) : packed(packing);
    } catch (IOException e) {
      throw new UncheckedIOException("upload %s cannot be read".formatted(upload.id()), e);
    }
  }

  private ScanResult unpacked(ScanStore.Upload upload, Path file, ScanSettings settings)
      throws IOException {
    Bookmark bookmark = Bookmark.in(blobs.work(upload.digest()), upload.digest(), settings, packs);
    ScanResult result = DatasetScan.scan(file, settings, ScanExtras.of(packs).with(bookmark));
    bookmark
        .trouble()
        .ifPresent(
            why -> LOG.warn("the scan of {} would begin anew if stopped: {}", upload.id(), why));
    return result;
  }

  /** Compares an upload that was scanned before with packs, and does no more. */
  ScanResult compared(ScanStore.Upload upload) {
    try {
      return DatasetScan.compare(
          blobs.path(upload.digest()), ScanSettings.DEFAULT.withThreads(1), packs);
    } catch (IOException e) {
      throw new UncheckedIOException("upload %s cannot be read".formatted(upload.id()), e);
    }
  }

  /** Forgets how far the scan was: to be called when its outcome is kept, or nobody wants it. */
  void done(ScanStore.Upload upload) {
    Bookmark.clear(blobs.work(upload.digest()));
  }

  /**
   * Which of the lines that a report lists say much the same; blocks while it reads the file again.
   */
  LikeLines alike(ScanStore.Upload upload, ScanResult result) {
    if (!(result instanceof ScanResult.Scanned(ScanReport report)) || report.findings().isEmpty()) {
      return LikeLines.NONE;
    }
    try {
      return LikeRows.of(blobs.path(upload.digest()), report.method(), report.findings());
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

  /** What is wrong with a file, by line and without any text of it. */
  static String problem(ScanResult.Invalid invalid) {
    String told =
        invalid.problems().stream()
            .limit(PROBLEMS_TOLD)
            .map(UploadScan::words)
            .collect(Collectors.joining("; "));
    long more = invalid.count() - Math.min(invalid.problems().size(), PROBLEMS_TOLD);
    return more > 0 ? "%s; and %d more".formatted(told, more) : told;
  }

  private static String words(FormatProblem problem) {
    return problem.line() == 0
        ? problem.message()
        : "line %d: %s".formatted(problem.line(), problem.message());
  }
}
