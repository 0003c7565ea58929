package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.contamination.PackPrints;
import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Problems;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads every line of a training file, checks it and shows it to the detectors, in as many passes
 * as they ask for.
 *
 * <p>Memory does not grow with the file: lines are read in blocks and no further than a cap, and
 * what the detectors keep is bounded. What is found does not depend on the number of threads.
 * Blocks its thread while it reads.
 */
public final class DatasetScan {
  private static final String CHANGED = "the file changed while it was scanned; scan it again";

  private final Passes passes;
  private final ScanSettings settings;
  private final Detectors detectors;

  private DatasetScan(Passes passes, ScanSettings settings, Detectors detectors) {
    this.passes = passes;
    this.settings = settings;
    this.detectors = detectors;
  }

  /**
   * Scans a file, packed with gzip or Zstandard, a Parquet file, or plain.
   *
   * @throws IOException if it cannot be read, or changes meanwhile
   */
  public static ScanResult scan(Path file, ScanSettings settings) throws IOException {
    return scan(file, settings, ScanExtras.NONE);
  }

  /**
   * As {@link #scan(Path, ScanSettings)}, with what may be done besides.
   *
   * @throws IOException if it cannot be read, or changes meanwhile
   */
  public static ScanResult scan(Path file, ScanSettings settings, ScanExtras extras)
      throws IOException {
    return scan(new FileSource(file), settings, extras);
  }

  /**
   * Does no more than compare what is asked with the probes of packs, in one pass: for a file that
   * was scanned before, with other packs.
   *
   * @throws IOException if it cannot be read
   */
  public static ScanResult compare(Path file, ScanSettings settings, PackPrints packs)
      throws IOException {
    Passes passes = Passes.local(new FileSource(file), settings);
    return new DatasetScan(passes, settings, Detectors.comparing(settings.maxLines(), packs)).run();
  }

  static ScanResult scan(ScanSource source, ScanSettings settings, ScanExtras extras)
      throws IOException {
    Passes passes = new LocalPasses(source, settings, extras);
    Detectors detectors = new Detectors(settings.maxLines(), extras.packs());
    try {
      return new DatasetScan(passes, settings, detectors).run();
    } catch (RuntimeException e) {
      // Whatever it went on from must not make the next scan fail too.
      extras.bookmark().clear();
      throw e;
    }
  }

  /**
   * Scans what a source gives.
   *
   * @throws IOException if it cannot be read, or gives other bytes later
   */
  public static ScanResult scan(ScanSource source, ScanSettings settings) throws IOException {
    return scan(source, settings, ScanExtras.NONE);
  }

  /**
   * Scans what the passes read.
   *
   * @throws IOException if it cannot be read, or changes meanwhile
   */
  public static ScanResult scan(Passes passes, ScanSettings settings) throws IOException {
    return new DatasetScan(passes, settings, new Detectors(settings.maxLines())).run();
  }

  private ScanResult run() throws IOException {
    Method given = settings.method();
    Method method = given == null ? passes.method() : given;
    Seen first = pass(method);
    Problems problems = first.problems();
    if (first.lines() == 0 && problems.count() == 0) {
      problems.add(0, "the file is empty; expected one JSON object a line");
    } else if (problems.count() == 0 && !first.teaches()) {
      problems.add(0, "no message is learned: the weight of every assistant message is 0");
    }
    if (problems.count() > 0) {
      return new ScanResult.Invalid(problems.kept(), problems.count(), first.lines());
    }
    while (detectors.wantPass()) {
      Seen again = pass(method);
      if (again.examples() != first.examples() || again.problems().count() > 0) {
        throw new IOException(CHANGED);
      }
    }
    return new ScanResult.Scanned(detectors.report(method, first.examples()));
  }

  private Seen pass(Method method) throws IOException {
    Seen seen = passes.read(method, detectors);
    detectors.learn(seen.looks());
    return seen;
  }
}
