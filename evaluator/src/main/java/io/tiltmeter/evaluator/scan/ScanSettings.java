package io.tiltmeter.evaluator.scan;

/**
 * The bounds of a scan.
 *
 * @param maxLineBytes longest line that is read, in bytes without its line end; a longer one is a
 *     problem
 * @param maxProblems format problems that are listed; all are counted
 * @param maxLines line numbers that are kept for a finding; all are counted
 */
public record ScanSettings(int maxLineBytes, int maxProblems, int maxLines) {

  public static final ScanSettings DEFAULT = new ScanSettings(4 << 20, 100, 1000);

  public ScanSettings {
    if (maxLineBytes < 1 || maxProblems < 1 || maxLines < 1) {
      throw new IllegalArgumentException(
          "scan bounds must be at least 1, got %d, %d, %d"
              .formatted(maxLineBytes, maxProblems, maxLines));
    }
  }

  /** The same with every line number kept, for a listing of all rows. */
  public ScanSettings withAllLines() {
    return new ScanSettings(maxLineBytes, maxProblems, Integer.MAX_VALUE);
  }
}
