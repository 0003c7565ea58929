package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.contamination.PackPrints;

/**
 * What a scan may do besides.
 *
 * @param packs whose probes the file must not hold
 * @param progress hears how far the scan is
 * @param bookmark from which the scan goes on where an earlier one was stopped; whoever gives it
 *     clears it once the outcome is safe
 */
public record ScanExtras(PackPrints packs, ScanProgress progress, Bookmark bookmark) {
  /** Nothing. */
  public static final ScanExtras NONE =
      new ScanExtras(PackPrints.NONE, ScanProgress.UNHEARD, Bookmark.NONE);

  /** Comparing with these packs. */
  public static ScanExtras of(PackPrints packs) {
    return new ScanExtras(packs, ScanProgress.UNHEARD, Bookmark.NONE);
  }

  /** The same with this bookmark. */
  public ScanExtras with(Bookmark other) {
    return new ScanExtras(packs, progress, other);
  }

  /** The same, heard by this. */
  public ScanExtras with(ScanProgress other) {
    return new ScanExtras(packs, other, bookmark);
  }
}
