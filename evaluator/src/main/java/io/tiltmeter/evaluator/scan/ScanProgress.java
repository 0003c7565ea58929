package io.tiltmeter.evaluator.scan;

/** Hears how far a scan is; called often, from several threads, one at a time. */
@FunctionalInterface
public interface ScanProgress {
  /** Passes over a file, at most. */
  int MOST_PASSES = 3;

  /** For scans that nobody waits for. */
  ScanProgress UNHEARD = (_, _) -> {};

  /**
   * So many bytes of the file were read in this pass; packed bytes where it is packed.
   *
   * @param pass from 1 to {@link #MOST_PASSES}
   */
  void at(int pass, long bytes);
}
