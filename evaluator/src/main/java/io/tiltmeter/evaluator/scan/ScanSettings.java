package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Method;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of a scan.
 *
 * @param maxLineBytes longest line that is read, in bytes without its line end; a longer one is a
 *     problem
 * @param maxProblems format problems that are listed; all are counted
 * @param maxLines line numbers that are kept for a finding; all are counted
 * @param threads that read rows side by side
 * @param method what every row has to teach with; null to take it from the first row
 */
public record ScanSettings(
    int maxLineBytes, int maxProblems, int maxLines, int threads, @Nullable Method method)
    implements Serializable {

  /** What a scan keeps however many threads it has, and what each adds, in bytes at most. */
  private static final long COMMON = 96L << 20;

  private static final long OF_THREAD = 64L << 20;

  /** The usual bounds, on every processor that the heap has room for. */
  public static final ScanSettings DEFAULT =
      new ScanSettings(
          4 << 20,
          100,
          1000,
          threads(Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory()),
          null);

  public ScanSettings {
    if (maxLineBytes < 1 || maxProblems < 1 || maxLines < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "scan bounds must be at least 1, got %d, %d, %d, %d"
              .formatted(maxLineBytes, maxProblems, maxLines, threads));
    }
  }

  /** As many threads as there are processors and memory for, at least one. */
  static int threads(int processors, long heap) {
    return (int) Math.clamp((heap - COMMON) / OF_THREAD, 1, (long) processors);
  }

  /** The same with every line number kept, for a listing of all rows. */
  public ScanSettings withAllLines() {
    return new ScanSettings(maxLineBytes, maxProblems, Integer.MAX_VALUE, threads, method);
  }

  /** The same for files of this method only. */
  public ScanSettings withMethod(@Nullable Method other) {
    return new ScanSettings(maxLineBytes, maxProblems, maxLines, threads, other);
  }

  /** The same on so many threads. */
  public ScanSettings withThreads(int count) {
    return new ScanSettings(maxLineBytes, maxProblems, maxLines, count, method);
  }
}
