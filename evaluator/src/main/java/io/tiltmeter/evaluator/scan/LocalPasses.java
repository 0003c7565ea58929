package io.tiltmeter.evaluator.scan;

import io.tiltmeter.evaluator.scan.row.Method;
import io.tiltmeter.evaluator.scan.row.Packing.BrokenPacking;
import java.io.IOException;
import java.io.InputStream;

/** Reads the rows on threads of this machine. */
final class LocalPasses implements Passes {
  private final ScanSource source;
  private final ScanSettings settings;
  private final ScanProgress progress;
  private int passes;

  LocalPasses(ScanSource source, ScanSettings settings, ScanProgress progress) {
    this.source = source;
    this.settings = settings;
    this.progress = progress;
  }

  @Override
  public Method method() throws IOException {
    try (InputStream in = source.open()) {
      return Pass.methodOf(in, settings);
    } catch (BrokenPacking e) {
      // The first pass meets it again, and says at which line.
      return Method.SUPERVISED;
    }
  }

  @Override
  public Seen read(Method method, Detectors detectors) throws IOException {
    int number = ++passes;
    try (InputStream in = source.open(bytes -> progress.at(number, bytes))) {
      return new Pass(in, settings, method).run(detectors::looks);
    }
  }
}
